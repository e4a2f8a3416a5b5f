import { expect, onTestFinished, test, vi } from 'vitest';
import { aHistory } from '../../test/support/a-history.ts';
import { anAnswered } from '../../test/support/builders.ts';
import { createKeymap } from './input/keymap.ts';
import { createScreenReaderView } from './screen-reader-view.ts';
import { initialState, type State } from './state/state.ts';
import { openViewModel } from './view/view-model.ts';

async function said() {
  const history = await aHistory({ target: '3000' });
  let text = '';
  const reader = createScreenReaderView({
    write(written: string | Uint8Array) {
      text += written;
      return true;
    },
  });
  const viewModel = openViewModel({
    session: history.session,
    history: history.store,
    keymap: createKeymap(),
    changed() {},
    warned() {},
    failed() {},
  });
  onTestFinished(viewModel.close);
  history.session.subscribe((event) => reader.onEvent(event, viewModel));
  let state = initialState(100, 60);
  const show = (changed: Partial<State> = {}) => {
    const view = viewModel.view({ ...state, ...changed });
    state = view.state;
    reader.show(view);
    const lines = text.split('\r\n').slice(0, -1);
    text = '';
    return lines;
  };
  return { ...history, show };
}

test('writes each request once, in a sentence', async () => {
  const { arrives, attempted, show, emit } = await said();
  expect(show()).toEqual([
    'Listening on http://localhost:4000 .',
    'j and k move through the requests, Enter opens one, ? shows all keys, q quits.',
  ]);
  const stripe = { provider: 'stripe', event: 'charge.succeeded', eventId: 'evt_1' };
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

test('writes selection and detail when they change, and not again', async () => {
  const { arrives, show } = await said();
  const seq = await arrives({ body: '{"a":1}', requestTarget: '/x' });
  show();
  expect(show({ following: false })).toEqual([
    expect.stringMatching(/^selected: \S+, POST \/x, no response yet/),
  ]);
  expect(show({ pane: 'detail', tab: 'body', selected: seq })).toEqual(['body:', ' {', '   "a": 1', ' }']);
  expect(show()).toEqual([]);
  expect(show({ notice: { tone: 'good', text: 'copied' } })).toEqual(['copied']);
  expect(show({ prompt: { type: 'menu', menu: 'copy' } })).toEqual(['copy what? Esc cancels.']);
  expect(show({ prompt: undefined, overlay: { type: 'help', search: '' } })).toContain(
    'Keys here: body of a request',
  );
});

test("writes the provider's time limit once, in words", async () => {
  const { arrives, session, stops, show } = await said();
  vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  session.breakpoint.set(() => true);
  show();
  void stops(await arrives({ requestTarget: '/x' }, { provider: 'github', replyDeadlineMs: 10_000 }));
  const lines = show();
  expect(lines).toContain('‖ POST /x  intercepted  github waits 10 s: 10 s left');
  expect(lines).toContain('a resume   A resume all   e edit   b reply …   i remove it   I next N');
  vi.setSystemTime(Date.now() + 3_000);
  expect(show()).toEqual([]);
});
