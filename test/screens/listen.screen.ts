import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';
import { projectRoot } from '../support/folders.ts';
import type { TestTerminal } from '../support/terminal.ts';
import { castOf } from './cast.ts';
import { type Stage, setStage } from './stage.ts';
import { screenToSvg } from './svg.ts';

const folder = join(projectRoot, 'test', 'screens');
const seconds = 120_000;
const clearScreen = '\u001b[2J';

/** What arrives: the first charge breaks the dev server, an order is forged, an event comes twice. */
async function traffic(stage: Stage): Promise<void> {
  await stage.send('github', 'push');
  await stage.send('slack', 'app_mention');
  await stage.send('shopify', 'orders/create', { forged: true });
  await stage.send('stripe', 'payment_intent.succeeded');
  await stage.send('stripe', 'charge.succeeded');
  await stage.sendAgain();
  await stage.send('github', 'pull_request.opened');
}

/** True if the first row has the target and the last one has the keys. */
function isWhole(lines: readonly string[], { rows }: Size): boolean {
  return lines.length === rows && lines[0]!.includes('→') && / keys\b/.test(lines.at(-1)!);
}

/** A screen as text and as a picture, from what the program wrote since `from`. */
async function keep(name: string, terminal: TestTerminal, stage: Stage, size: Size, from = 0): Promise<void> {
  const written = stage.asPublic(terminal.raw().slice(from));
  const { svg, text } = await screenToSvg(written, size.cols, size.rows, 'webhook-cli listen 3000');
  const lines = text.trimEnd().split('\n');
  if (!isWhole(lines, size)) throw new Error(`${name} lacks its header or its keys:\n${text}`);
  writeFileSync(join(folder, `${name}.svg`), svg);
  writeFileSync(join(folder, `${name}.txt`), text);
}

interface Size {
  readonly cols: number;
  readonly rows: number;
}

test('the pictures: a real run, drawn from what the terminal shows', { timeout: seconds }, async () => {
  const stage = await setStage();
  const middle = { cols: 120, rows: 30 };
  const terminal = await stage.open(middle.cols, middle.rows);
  await keep('empty', terminal, stage, middle);
  await traffic(stage);
  await terminal.waitFor(/pull_request\.opened/);
  terminal.write('kk');
  await terminal.waitFor(/charge\.succeeded[\s\S]*500 in/);
  terminal.write('r');
  await terminal.waitFor(/replayed \w{5}: 200/);
  await keep('listen', terminal, stage, middle);

  const resized = async (size: Size, shows: RegExp) => {
    const from = terminal.raw().length;
    terminal.resize(size.cols, size.rows);
    // The emulator shows the old frame in the new size until all of it has been drawn again.
    await terminal.waitFor((screen) => {
      const isDrawn = terminal.raw().slice(from).includes(clearScreen);
      return isDrawn && isWhole(screen.split('\n'), size) && shows.test(screen);
    });
    await settled(terminal);
    return terminal.raw().lastIndexOf(clearScreen);
  };
  const large = { cols: 160, rows: 45 };
  const fromLarge = await resized(large, /charge\.succeeded[\s\S]*│/);
  terminal.write('\r3');
  await terminal.waitFor(/Body\][\s\S]*"data": \{/);
  terminal.write('jjjjj\r');
  await terminal.waitFor(/▸ "data"/);
  await settled(terminal);
  await keep('160x45', terminal, stage, large, fromLarge);
  terminal.write('\u001b');
  await terminal.waitFor(/Enter open/);
  const usual = { cols: 80, rows: 24 };
  await keep('80x24', terminal, stage, usual, await resized(usual, /charge\.succeeded/));
  const small = { cols: 40, rows: 10 };
  await keep('40x10', terminal, stage, small, await resized(small, /charge\.succeeded/));
  terminal.write('q');
  await terminal.exit;
});

test('the recording: the same shop, from the first request to the replay', { timeout: seconds }, async () => {
  const stage = await setStage();
  const size = { cols: 120, rows: 30 };
  const terminal = await stage.open(size.cols, size.rows);
  const frames: { readonly after: number; readonly written: string }[] = [];
  let from = 0;
  /** What was written since the last one is shown so many seconds after it. */
  const frame = async (after: number) => {
    await settled(terminal);
    const raw = terminal.raw();
    frames.push({ after, written: stage.asPublic(raw.slice(from)) });
    from = raw.length;
  };
  await frame(0.5);
  for (const [provider, event] of [
    ['github', 'push'],
    ['slack', 'app_mention'],
    ['stripe', 'payment_intent.succeeded'],
    ['stripe', 'charge.succeeded'],
    ['github', 'pull_request.opened'],
  ] as const) {
    await stage.send(provider, event);
    await terminal.waitFor((screen) => screen.includes(event.slice(0, 12)));
    await frame(0.9);
  }
  const keys: readonly (readonly [key: string, shows: RegExp])[] = [
    ['k', /500 in/],
    ['\r', /back/],
    ['3', /Body\][\s\S]*"object"/],
    ['z', /▸/],
    ['Z', /"livemode"/],
    ['1', /\[(?:1 )?Overview/],
    ['r', /replayed \w{5}: 200/],
    ['5', /\[(?:5 )?Attempts/],
    ['\u001b', /Enter open/],
    ['?', /Keys here/],
  ];
  for (const [key, shows] of keys) {
    terminal.write(key);
    await terminal.waitFor(shows);
    await frame(key === '\r' ? 0.4 : 1.6);
  }
  writeFileSync(join(folder, 'listen.cast'), castOf(frames, size.cols, size.rows));
  terminal.write('qq');
  await terminal.exit;
});

/** Resolves when the program has written nothing for a moment, so that a frame is whole. */
async function settled(terminal: TestTerminal): Promise<void> {
  for (let length = -1; length !== terminal.raw().length; ) {
    length = terminal.raw().length;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
