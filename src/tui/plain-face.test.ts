import { expect, onTestFinished, test, vi } from 'vitest';
import { aHistory } from '../../test/support/a-history.ts';
import { anAnswered } from '../../test/support/builders.ts';
import { createFeed } from './feed.ts';
import { createKeymap } from './keymap.ts';
import { createPlainFace } from './plain-face.ts';
import { initialState, type State } from './state.ts';

async function said() {
  const history = await aHistory({ target: '3000' });
  let text = '';
  const face = createPlainFace({
    write(written: string | Uint8Array) {
      text += written;
      return true;
    },
  });
  const feed = createFeed({
    session: history.session,
    history: history.store,
    keymap: createKeymap(),
    changed() {},
    warned() {},
    failed() {},
  });
  onTestFinished(feed.stop);
  history.session.subscribe((event) => face.told(event, feed));
  let state = initialState(100, 60);
  const show = (changed: Partial<State> = {}) => {
    const view = feed.view({ ...state, ...changed });
    state = view.state;
    face.show(view);
    const lines = text.split('\r\n').slice(0, -1);
    text = '';
    return lines;
  };
  return { ...history, show };
}

test('what arrives is said once, with what is known of it', async () => {
  const { arrives, attempted, show, emit } = await said();
  expect(show()).toEqual([
    'Listening on http://localhost:4000 .',
    'j and k go through the requests, Enter reads one, ? tells all keys, q ends.',
  ]);
  const stripe = { provider: 'stripe', event: 'charge.succeeded', deliveryId: 'evt_1' };
  const first = await arrives(
    { requestTarget: '/pay', id: 'k7m2qaaaaaaa' },
    { ...stripe, verification: { result: 'valid', reason: null } },
  );
  await attempted(first, anAnswered(500, '', [], { ms: 41 }));
  const forged = { result: 'invalid', reason: 'another secret' } as const;
  const again = await arrives(
    { requestTarget: '/pay', id: 'h2n8waaaaaaa' },
    { ...stripe, verification: forged },
  );
  await attempted(again);
  emit({ type: 'warning', message: 'The disk\u001b[2J is full.' });
  expect(show()).toEqual([
    expect.stringMatching(
      /^\S+ stripe charge\.succeeded, POST \/pay, 500 in 41 ms, 0 B, valid, id k7m2qaaaaaaa$/,
    ),
    expect.stringMatching(
      /^\S+ stripe charge\.succeeded, POST \/pay, 200 in 12 ms, 0 B, invalid: another secret, redelivery of k7m2qaaaaaaa, id h2n8waaaaaaa$/,
    ),
    'The disk␛[2J is full.',
  ]);
  expect(show()).toEqual([]);
});

test('what is looked at is read out when it changes, and not again', async () => {
  const { arrives, show } = await said();
  const seq = await arrives({ body: '{"a":1}', requestTarget: '/x' });
  show();
  expect(show({ following: false })).toEqual([
    expect.stringMatching(/^selected: \S+, POST \/x, not answered yet/),
  ]);
  expect(show({ pane: 'detail', tab: 'body', selected: seq })).toEqual(['body:', ' {', '   "a": 1', ' }']);
  expect(show()).toEqual([]);
  expect(show({ notice: { tone: 'good', text: 'copied' } })).toEqual(['copied']);
  expect(show({ prompt: { type: 'menu', menu: 'copy' } })).toEqual(['copy what? Esc: nothing.']);
  expect(show({ prompt: undefined, overlay: { type: 'help' } })).toContain('Move');
});

test("the provider's clock is said once, in words", async () => {
  const { arrives, session, stops, show } = await said();
  vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  session.breakpoint.set(() => true);
  show();
  void stops(await arrives({ requestTarget: '/x' }, { provider: 'github', answerLimitMs: 10_000 }));
  const lines = show();
  expect(lines).toContain('‖ POST /x  stopped at the breakpoint  github waits 10 s: 10 s left');
  expect(lines).toContain('a resume   A resume all   e edit   b reply …   i remove it   I next N');
  vi.setSystemTime(Date.now() + 3_000);
  expect(show()).toEqual([]);
});
