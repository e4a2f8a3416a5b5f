import { expect, onTestFinished, test, vi } from 'vitest';
import { aHistory, type HistoryOptions } from '../../test/support/a-history.ts';
import { anAnswered, aRefused } from '../../test/support/builders.ts';
import type { TargetHealth } from '../model/target-health.ts';
import { unmeasured } from '../model/tunnel-fidelity.ts';
import { createKeymap } from './input/keymap.ts';
import { createLineWriter } from './screen-reader-screen.ts';
import { createScreenReaderView } from './screen-reader-view.ts';
import { initialState, type State } from './state/state.ts';
import { suggestionField, textField } from './state/text-field.ts';
import { openViewModel } from './view/view-model.ts';

async function said({ ascii = false, ...options }: HistoryOptions & { readonly ascii?: boolean } = {}) {
  const history = await aHistory({ target: '3000', ...options });
  let text = '';
  const terminal = {
    write(written: string | Uint8Array) {
      text += written;
      return true;
    },
  };
  const reader = createScreenReaderView({
    write: createLineWriter(terminal, ascii),
    summaryOf: (seq) => viewModel.summary(seq),
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
  history.session.subscribe(reader.onEvent);
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
    'Listening on http://localhost:4000 . Forwarding to http://localhost:3000 . There is no tunnel: the URL is local only.',
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
  const menu = show({ prompt: { type: 'menu', menu: 'copy' } });
  expect(menu[0]).toBe('copy what? Esc cancels.');
  expect(menu).toContain('u  copy the public URL');
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

test('writes an arrival at once, and its result when it comes', async () => {
  const { arrives, attempted, show } = await said();
  show();
  const seq = await arrives({ requestTarget: '/pay', id: 'k7m2qaaaaaaa' });
  expect(show()).toEqual([expect.stringMatching(/POST \/pay, no response yet, 0 B, id k7m2qaaaaaaa$/)]);
  await attempted(seq, aRefused());
  expect(show()).toEqual([expect.stringMatching(/^result of k7m2q POST \/pay: failed: /)]);
  await attempted(seq, anAnswered(200, '', [], { kind: 'retry', ms: 3 }));
  expect(show()).toEqual(['retried k7m2q POST /pay: 200 in 3 ms']);
  await attempted(seq, anAnswered(200, '', [], { kind: 'replay' }));
  expect(show()).toEqual([]);
});

test('writes the public URL and each state of the tunnel', async () => {
  const url = 'https://calm-fox-41.loca.lt';
  const { emit, show } = await said({ tunnel: { state: 'connecting' } });
  const tunnel = (change: object) => {
    emit({
      type: 'tunnel',
      state: 'online',
      driver: 'localtunnel',
      verified: true,
      url,
      message: null,
      latencyMs: 182,
      fidelity: null,
      ...change,
    });
    return show();
  };
  expect(show()[2]).toBe('The tunnel is being opened.');
  expect(tunnel({})).toEqual([`Public URL: ${url} .`, 'The tunnel is online.']);
  expect(tunnel({ latencyMs: 200 })).toEqual([]);
  const fidelity = { ...unmeasured, headerCase: 'lost' };
  expect(tunnel({ fidelity })).toEqual(['The tunnel does not keep header case.']);
  expect(tunnel({ fidelity, latencyMs: 190 })).toEqual([]);
  const message =
    'Reconnecting under the same name (try 1) and a long text that goes on and on beyond the end of a line …';
  expect(tunnel({ state: 'unreachable', message })).toEqual([
    'The tunnel is unreachable: requests do not arrive.',
    message,
  ]);
  expect(tunnel({ state: 'unreachable', message: message.replace('1', '2') })).toEqual([]);
  expect(tunnel({ url: 'https://odd-owl-7.loca.lt' })).toEqual([
    'Public URL: https://odd-owl-7.loca.lt .',
    'The tunnel is online.',
  ]);
});

test('lists the choices of a picker, then only what typing and moving change', async () => {
  const { show } = await said({ ascii: true });
  show();
  const choices = ['stripe', 'github', 'shopify', ...Array.from({ length: 30 }, (_, at) => `p${at}`)].map(
    (name) => ({ value: name, name, text: '' }),
  );
  const picker = (typed: string, row = 0): Partial<State> => ({
    prompt: { type: 'picker', purpose: { type: 'provider' }, choices, field: textField(typed), row },
  });
  const opened = show(picker(''));
  expect(opened.slice(0, 3)).toEqual([
    'trigger: (a provider; Enter selects, Esc cancels)',
    'stripe',
    'github',
  ]);
  expect(opened.at(-1)).toBe('13 more: type to show fewer.');
  expect(show(picker('', 1))).toEqual(['selected: github']);
  expect(show(picker('s'))).toEqual(['2 match: stripe, shopify']);
  expect(show(picker('sh'))).toEqual(['1 matches: shopify']);
  expect(show(picker('sho'))).toEqual([]);
  expect(show(picker('sx'))).toEqual(['No provider matches "sx".']);
  const field = (error?: string): Partial<State> => ({
    prompt: { type: 'field', purpose: 'intercept-next', field: suggestionField('1'), error },
  });
  expect(show(field())).toEqual([
    'intercept only the next: 1 (typing replaces it, Right edits it, Enter uses it)',
  ]);
  expect(show(field('Enter a number, 1 or more.'))).toEqual(['Enter a number, 1 or more.']);
  expect(show(field('Enter a number, 1 or more.'))).toEqual([]);
  expect(show({ prompt: undefined })).toEqual(['back to the list']);
});

test('writes only the lines that scrolling brings into view', async () => {
  const { arrives, show } = await said();
  const seq = await arrives({
    requestTarget: '/x',
    body: JSON.stringify(Array.from({ length: 200 }, (_, at) => at)),
  });
  show();
  const help = { type: 'help', search: '' } as const;
  expect(show({ overlay: help }).length).toBeGreaterThan(40);
  expect(show({ overlay: help, scroll: 2 }).length).toBeLessThanOrEqual(3);
  expect(show({ overlay: undefined, scroll: 0 })).toEqual(['back to the list']);
  show({ pane: 'detail', tab: 'body', selected: seq, following: false });
  const cursor = { line: 1, at: 0 };
  expect(show({ viewport: { top: { line: 0, at: 0 }, cursor } })).toEqual(['   0,']);
  expect(show({ pane: 'list' })).toEqual(['back to the list']);
});

test('says that a target is down, and that it is up again', async () => {
  const { show, emit } = await said();
  show();
  const target = 'http://localhost:3000';
  const becomes = (health: TargetHealth) => {
    emit({ type: 'target', target, health });
    return show();
  };
  expect(becomes({ state: 'up' })).toEqual([]);
  expect(becomes({ state: 'down', code: 'refused', since: 1 })).toEqual(['localhost:3000 is down: refused']);
  expect(becomes({ state: 'up' })).toEqual(['localhost:3000 is up']);
  expect(becomes({ state: 'absent' })).toEqual(['nothing listens at localhost:3000 yet']);
});
