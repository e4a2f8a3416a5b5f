import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { temporaryHome } from '../support/home.ts';
import { hostileAttempt, hostileClassification, hostileRequest, obeyed } from '../support/hostile.ts';
import type { TestTerminal } from '../support/terminal.ts';
import { openTui } from '../support/tui.ts';

const requests = 25;

/** All that the terminal UI tells a terminal beside text: modes, clearing, where a line goes, colours. */
const own = /\u001b\[(?:\?\d+[hl]|2[JK]|\d+;1H|\d+G|(?:0|1|2|7|22|27|3\d|39|9\d)(?:;\d+)*m)/g;

const tabs = ['Overview', 'Headers', 'Body', 'Response', 'Attempts', 'Related'];

/** What follows the last whole frame may be half a sequence. */
const endOfFrame = '\u001b[?2026l';

function expectNothingObeyed(terminal: TestTerminal): void {
  const raw = terminal.raw();
  const text = raw.slice(0, Math.max(0, raw.lastIndexOf(endOfFrame))).replaceAll(own, '');
  const found = obeyed.exec(text);
  expect(found && text.slice(Math.max(0, found.index - 40), found.index + 40)).toBeNull();
  expect(obeyed.exec(terminal.screen().replaceAll('\n', ''))).toBeNull();
}

test('random requests, responses and providers never reach the terminal unescaped, in any view', async () => {
  const home = await temporaryHome();
  const store = openStore(home.db);
  const session = await store.openSession({ project: 'project' });
  const ids: string[] = [];
  const recorded = fc.sample(fc.tuple(hostileRequest, hostileClassification, hostileAttempt), requests);
  for (const [request, classification, attempt] of recorded) {
    const seq = await store.add(request, { sessionId: session.id, classification });
    await store.addAttempt(seq, request.id, attempt);
    ids.push(request.id);
  }
  await store.close();

  const terminal = openTui({ home, args: ['--project', 'project'], cols: 140, rows: 40 });
  await terminal.waitFor((shown) => shown.includes(ids.at(-1)!) && tabs.every((tab) => shown.includes(tab)));
  terminal.write('\r');
  for (const id of ids.toReversed()) {
    await terminal.waitFor((shown) => shown.includes(id));
    for (const [index, tab] of tabs.entries()) {
      const key = String(index + 1);
      terminal.write(key);
      // Where there is little room, the name of the tab or its key goes.
      await terminal.waitFor(new RegExp(`\\[(?:${key}|(?:${key} )?${tab})(?: ·\\d+)?\\]`));
      expectNothingObeyed(terminal);
    }
    if (id !== ids[0]) terminal.write('K');
  }
  terminal.write('\u001b');
  await terminal.waitFor(/Enter open/);
  for (const key of 'mjmD') terminal.write(key);
  await terminal.waitFor(/compared with/);
  expectNothingObeyed(terminal);
  terminal.write('\u001b');
  await terminal.waitFor(/Enter open/);
  terminal.resize(40, 10);
  await terminal.waitFor((shown) => shown.split('\n').length === 10);
  terminal.write('\u001b');
  await terminal.waitFor(/Enter/);
  expectNothingObeyed(terminal);
});
