import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { clipboard, multiplexerOf, openScreen } from './screen.ts';

function aTerminal(columns = 20, rows = 5) {
  const terminal = Object.assign(new EventEmitter(), {
    columns,
    rows,
    written: '',
    write(text: string) {
      terminal.written += text;
      return true;
    },
    take() {
      const { written } = terminal;
      terminal.written = '';
      return written;
    },
  });
  return terminal;
}

function screenOn(terminal: ReturnType<typeof aTerminal>, ascii = false) {
  let resizes = 0;
  const screen = openScreen(terminal as never, { ascii, fill: (frame) => frame, resized: () => resizes++ });
  return { screen, resizes: () => resizes };
}

test('takes over the terminal and restores it once', () => {
  const terminal = aTerminal();
  const { screen } = screenOn(terminal);
  const before = process.listenerCount('exit');
  screen.enter();
  screen.enter();
  expect(terminal.take()).toBe('\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h\u001b[2J');
  expect(process.listenerCount('exit')).toBe(before + 1);
  screen.leave();
  screen.leave();
  expect(terminal.take()).toBe('\u001b[0m\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l');
  expect(process.listenerCount('exit')).toBe(before);
  expect(terminal.listenerCount('resize')).toBe(0);
});

test('writes only lines that changed, each to its own position', () => {
  const terminal = aTerminal();
  const { screen } = screenOn(terminal);
  screen.enter();
  screen.output.write('one\ntwo\nthree');
  terminal.take();
  screen.output.write('one\n2\nthree');
  expect(terminal.take()).toBe('\u001b[?2026h\u001b[2;1H\u001b[2K2\u001b[0m\u001b[?2026l');
  screen.output.write('one\n2\nthree');
  expect(terminal.take()).toBe('');
  screen.output.write('one');
  expect(terminal.take()).toBe(
    '\u001b[?2026h\u001b[2;1H\u001b[2K\u001b[0m\u001b[3;1H\u001b[2K\u001b[0m\u001b[?2026l',
  );
});

test('writes everything again after a resize, and nothing below the last row', () => {
  const terminal = aTerminal();
  const { screen, resizes } = screenOn(terminal);
  screen.enter();
  screen.output.write('a\nb\nc');
  terminal.take();
  terminal.rows = 2;
  terminal.emit('resize');
  expect(resizes()).toBe(1);
  screen.output.write('a\nb\nc');
  expect(terminal.take()).toBe(
    '\u001b[2J\u001b[?2026h\u001b[1;1H\u001b[2Ka\u001b[0m\u001b[2;1H\u001b[2Kb\u001b[0m\u001b[?2026l',
  );
  expect(screen.output.rows).toBe(2);
  expect(screen.output.columns).toBe(20);
});

test('draws nothing before enter and after leave', () => {
  const terminal = aTerminal();
  const { screen } = screenOn(terminal);
  screen.output.write('early');
  screen.forget();
  screen.enter();
  screen.leave();
  terminal.take();
  screen.output.write('late');
  expect(terminal.take()).toBe('');
});

test('replaces non-ASCII characters with --ascii', () => {
  const terminal = aTerminal();
  const { screen } = screenOn(terminal, true);
  screen.enter();
  terminal.take();
  screen.output.write('● é');
  expect(terminal.take()).toContain('* ?');
});

test('copies text through tmux and GNU screen', () => {
  const osc = (text: string) => `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`;
  expect([{ TMUX: 't', STY: 's' }, { STY: 's' }, {}].map(multiplexerOf)).toEqual([
    'tmux',
    'screen',
    undefined,
  ]);
  expect(clipboard('a', 'tmux')).toBe(`${osc('a')}\u001bPtmux;\u001b${osc('a')}\u001b\\`);
  const text = 'x'.repeat(1_000);
  const pieces = [...clipboard(text, 'screen').matchAll(/\u001bP([\s\S]*?)\u001b\\/g)].map(
    ([, piece = '']) => piece,
  );
  expect(pieces.join('')).toBe(osc(text));
  for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(240);
});

test('copies text by OSC 52', () => {
  const terminal = aTerminal();
  screenOn(terminal).screen.copy('https://a.loca.lt');
  expect(terminal.take()).toBe(`\u001b]52;c;${Buffer.from('https://a.loca.lt').toString('base64')}\u0007`);
});

test('keeps colours and column moves of a line, and makes other control sequences visible', () => {
  const terminal = aTerminal();
  const { screen } = screenOn(terminal);
  screen.enter();
  terminal.take();
  const own = '\u001b[31ma\u001b[39m\u001b[7Gb';
  screen.output.write(`${own}\u001b]52;c;aGk=\u0007\u001b[H\u001b[8m\r\u009b2J\u202e`);
  expect(terminal.take()).toBe(
    `\u001b[?2026h\u001b[1;1H\u001b[2K${own}␛]52;c;aGk=␇␛[H␛[8m␍\\x9b2J\\u202e\u001b[0m\u001b[?2026l`,
  );
});
