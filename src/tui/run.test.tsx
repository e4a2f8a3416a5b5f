import { expect, test } from 'vitest';
import { aHistory, type TestHistory } from '../../test/support/a-history.ts';
import { running } from '../../test/support/running-tui.ts';
import { UserError } from '../model/errors.ts';

const givenBack = /\u001b\[\?25h\u001b\[\?1049l$/;

test('a request appears, is opened and replayed', async () => {
  const history = await aHistory({ target: '3000' });
  const tui = running(history);
  await tui.shows(/Waiting for the first request/);
  const seq = await history.arrives({ id: 'k7m2qaaaaaaa', body: '{"a":1}' });
  await tui.shows(/POST \/hooks\?x=1 .*…/);
  await history.attempted(seq);
  await tui.shows(/POST \/hooks\?x=1 .*200/);
  tui.press('\r3');
  await tui.shows(/\[3 Body\][\s\S]*"a": 1/);
  tui.press('r');
  await tui.shows(/replayed k7m2q: 200 in [<\d. ]+ms/);
  expect(history.calls).toEqual(['replay k7m2qaaaaaaa']);
  tui.press('\t');
  await tui.shows(/\[4 Response\][\s\S]*attempt 2, replay/);
  tui.press('q');
  expect(await tui.exit).toBe(0);
  expect(history.calls).toContain('close');
  expect(tui.written()).toMatch(givenBack);
  expect(tui.stdin.raw).toBe(false);
});

test('moving pauses following; new requests are counted', async () => {
  const history = await aHistory();
  const tui = running(history);
  for (let count = 1; count <= 40; count++) await history.arrives({ requestTarget: `/${count}` });
  await tui.shows(/>.*\/40 /);
  tui.press('k');
  await tui.shows(/>.*\/39 [\s\S]*following paused/);
  await history.arrives({ requestTarget: '/41' });
  await tui.shows(/1 new below/);
  tui.press('g');
  await tui.shows(/>.*\/1 /);
  tui.press('\u0004');
  await tui.shows(/>.*\/11 /);
  tui.press('\u001b[6~');
  await tui.shows(/>.*\/30 /);
  tui.press('\u001b[5~\u0015');
  await tui.shows(/>.*\/1 /);
  tui.press('jj\u001b[B\u001b[A');
  await tui.shows(/>.*\/3 /);
  tui.press('JK');
  tui.press('G');
  await tui.shows(/>.*\/41 [\s\S]*following$/m);
  tui.press('f');
  await tui.shows(/following paused\n/);
  tui.press('q');
  await tui.exit;
});

test('keys show help, projects and copies, and say why they are disabled', async () => {
  const history = await aHistory();
  await history.arrives({ project: 'other', requestTarget: '/theirs' });
  const tui = running(history);
  tui.press('r');
  await tui.shows(/No request selected/);
  tui.press('Y');
  await tui.shows(/Y does nothing/);
  tui.press('a');
  await tui.shows(/\/theirs/);
  tui.press('yu');
  await tui.shows(/sent to the terminal: the URL http:\/\/localhost:4000 \(local only\)/);
  expect(tui.written()).toContain(
    `\u001b]52;c;${Buffer.from('http://localhost:4000').toString('base64')}\u0007`,
  );
  tui.press('?');
  await tui.shows(/Keys here: list\n/);
  tui.press('G');
  await tui.shows(/In a list of choices/);
  tui.press('g');
  await tui.shows(/Keys here: list/);
  tui.press('/copy');
  await tui.shows(/y u +copy the public URL[\s\S]*search the help: copy▏/);
  tui.press('\u001b');
  await tui.shows(/r +replay to the target[\s\S]*Esc back/);
  tui.press('?y?');
  await tui.shows(/Keys here: copy menu/);
  tui.press('?');
  await tui.shows(/copy: u URL/);
  tui.press('\u001b');
  await tui.shows(/ \? keys/);
  tui.press(':?');
  await tui.shows(/Keys here: list of choices/);
  tui.press('\u001b');
  await tui.shows(/command: ▏/);
  tui.press('\u001b');
  await tui.shows(/ \? keys/);
  tui.press('?');
  await tui.shows(/Keys here: list/);
  tui.press('q');
  await tui.shows(/\/theirs/);
  tui.press('2');
  await tui.shows(/\[2 Headers\]/);
  tui.press('[');
  await tui.shows(/\[1 Overview\]/);
  tui.press('4G');
  await tui.shows(/Not sent to a target/);
  tui.press('\u001b');
  await tui.shows(/following paused/);
  tui.press('\u001b[200~q\u001b[201~');
  tui.press('a');
  await tui.shows(/Waiting for the first/);
  tui.press('\u0003');
  expect(await tui.exit).toBe(130);
});

test('warnings stay until Esc', async () => {
  const history = await aHistory();
  const tui = running(history);
  history.emit({ type: 'warning', message: 'The disk is full.' });
  await tui.shows(/The disk is full\./);
  tui.press('\u001b');
  await expect.poll(tui.screen).not.toMatch(/disk/);
  tui.stop.abort({ exitCode: 143 });
  expect(await tui.exit).toBe(143);
  expect(tui.written()).toMatch(givenBack);
});

test('UserErrors are shown; other errors end the UI with the terminal restored', async () => {
  const history = await aHistory();
  await history.arrives();
  let failure: Error = new UserError('usage', 'There is no target.', 'Name one with --to.');
  const session = Object.create(history.session, { replay: { value: async () => Promise.reject(failure) } });
  const tui = running({ ...history, session });
  tui.press('r');
  await tui.shows(/There is no target\. Name one with --to\./);
  failure = new Error('a bug');
  tui.press('r');
  await expect(tui.exit).rejects.toThrow('a bug');
  expect(tui.written()).toMatch(givenBack);
  expect(history.calls).toContain('close');
});

test('a store error while drawing ends the UI with the terminal restored', async () => {
  const history = await aHistory();
  let broken = false;
  const page: TestHistory['store']['page'] = (options) => {
    if (broken) throw new Error('page');
    return history.store.page(options);
  };
  const tui = running({ ...history, store: { ...history.store, page } });
  await tui.shows(/Waiting/);
  broken = true;
  await history.arrives();
  await expect(tui.exit).rejects.toThrow('page');
  expect(tui.written()).toMatch(givenBack);
});

test('a required tunnel that fails ends the UI', async () => {
  const history = await aHistory();
  const ready = Promise.reject(new UserError('unavailable', 'No tunnel.'));
  const tui = running({ ...history, session: Object.create(history.session, { ready: { value: ready } }) });
  await expect(tui.exit).rejects.toThrow('No tunnel.');
});

test('a second Ctrl-C ends at once', async () => {
  const history = await aHistory();
  const { promise, resolve } = withResolver();
  const tui = running({
    ...history,
    session: Object.create(history.session, { close: { value: () => promise } }),
  });
  await tui.shows(/Waiting/);
  tui.press('\u0003');
  await tui.shows(/quitting: waiting/);
  tui.press('r\u0003');
  await expect.poll(() => tui.quitAtOnce.mock.calls.length).toBe(1);
  expect(tui.written()).toMatch(givenBack);
  resolve();
  expect(await tui.exit).toBe(130);
});

test('a resize is drawn at once', async () => {
  const history = await aHistory();
  await history.arrives();
  const tui = running(history);
  await tui.shows(/following/);
  Object.assign(tui.stdout, { columns: 40, rows: 10 });
  tui.stdout.emit('resize');
  await expect.poll(() => tui.screen().split('\n')).toHaveLength(10);
  tui.press('q');
  await tui.exit;
});

function withResolver() {
  let resolve!: () => void;
  const promise = new Promise<void>((onResolve) => {
    resolve = onResolve;
  });
  return { promise, resolve };
}
