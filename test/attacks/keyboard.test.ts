import { expect, onTestFinished } from 'vitest';
import { aHistory } from '../support/a-history.ts';
import { attacks } from '../support/attacks.ts';
import { temporaryHome } from '../support/home.ts';
import { running } from '../support/running-tui.ts';
import { sendTo } from '../support/send.ts';
import { startTarget } from '../support/target.ts';
import { listeningAt, openTui } from '../support/tui.ts';

/** What the keyboard belongs to while something comes from the terminal, by the keys that lead there. */
const places: Readonly<Record<string, readonly [keys: string, shown: RegExp]>> = {
  'the list, with a request stopped': ['', /a resume/],
  'the detail': ['\r3', /\[(?:3 )?Body\]/],
  'the attempts': ['\r5', /\[(?:5 )?Attempts/],
  'the filter': ['/', /^ filter: ▏/m],
  'the target of a replay': ['R', /replay to: /],
  'the event to trigger': ['T', /trigger: /],
  'the palette': [':', /^ command: ▏/m],
  'the reply at the breakpoint': ['b', /reply with status: /],
  'the body of that reply': ['b\r', /reply 200, body/],
  'the number of requests to stop': ['I', /intercept only the next: /],
  'the menu of what to copy': ['y', /copy: u URL/],
  'the help': ['?', /Replay, edit, trigger/],
};

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const finals = range(0x40, 0x7f).map((code) => String.fromCharCode(code));
/** Keys that move or show, which a terminal may well send. */
const keyFinals = 'ABCDHFZabcd';

/** What is a key, or the beginning of something longer. */
function isBegun(parameters: string, final: string): boolean {
  if (keyFinals.includes(final)) return true;
  return parameters === '' ? '[M'.includes(final) : '~^@'.includes(final) && /^1(;5)?$/.test(parameters);
}

/** Every form of a control sequence that is no key here. */
function sequences(): Buffer[] {
  const parameters = [
    '',
    '0',
    '1',
    '1;5',
    '2;5',
    '12;40',
    '27;5;50',
    '27;2;114',
    '114',
    '114;1:1',
    '13;5',
    '8;24;80',
  ];
  const all: Buffer[] = [];
  for (const final of finals) {
    for (const introducer of ['\u001b[', '\u009b']) {
      for (const each of [
        ...parameters,
        '?1;2',
        '?62;4',
        '>41;370;0',
        '=1',
        '<1',
        '?2026;2$',
        '1$',
        ' ',
        '1;2;3;4;5',
      ])
        if (!isBegun(each, final)) all.push(latin1(introducer + each + final));
    }
    for (const introducer of ['\u001bO', '\u008f'])
      for (const each of ['', '2', '1;5'])
        if (!keyFinals.includes(final)) all.push(latin1(introducer + each + final));
    all.push(latin1(`\u001b${final}`), latin1(`\u001b(${final}`), latin1(`\u001b#${final}`));
  }
  const payloads = [
    '',
    'r',
    '11;rgb:1e1e/1e1e/1e1e',
    '>|xterm(370)',
    '1+r544e=787465726d',
    'Gi=1;OK',
    '52;c;cnJy',
    'lÜ d',
  ];
  for (const payload of payloads)
    for (const introducer of [']', 'P', '_', '^', 'X'])
      for (const end of ['\u001b\\', ...(introducer === ']' ? ['\u0007'] : []), '\u0018'])
        all.push(Buffer.from(`\u001b${introducer}${payload}${end}`));
  all.push(
    latin1('\u009d11;rgb:1/2/3\u009c'),
    latin1('\u0090>|x\u009c'),
    latin1('\u001b[Mar!'),
    latin1('\u001b[[A'),
  );
  for (const text of ['rRd\r', 'q', 'y\r\r', '\u001b[A\r', 'a\u0003b', 'S\u001b[200~r'])
    all.push(Buffer.from(`\u001b[200~${text}\u001b[201~`));
  return all;
}

/** The same numbers every time. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

/** Random bytes of which none is a key that acts: what is left is what terminals send by mistake. */
function randomBytes(random: (below: number) => number): Buffer {
  const favourites = [
    0x1b, 0x1b, 0x5b, 0x5d, 0x4f, 0x50, 0x9b, 0x9d, 0x90, 0x3b, 0x3f, 0xc3, 0xe2, 0xf0, 0x00, 0x07,
  ];
  const begun = [0x1b, 0x5b];
  const rest = Array.from({ length: random(40) }, () =>
    random(3) === 0 ? favourites[random(favourites.length)]! : random(256),
  ).filter((byte) => byte !== 0x03 && byte !== 0x1a);
  return Buffer.from([...begun, ...rest]);
}

/** A UI with a request stopped at its breakpoint, in one of these places. */
async function inPlace(place: keyof typeof places) {
  const history = await aHistory({ target: '3000' });
  const first = await history.arrives({ id: 'k7m2qaaaaaaa', requestTarget: '/first', body: '{"a":1}' });
  history.session.breakpoint.set(() => true);
  let way: unknown;
  const tui = running(history, { columns: 100, env: { EDITOR: 'true' } });
  void history.stops(first)!.then((got) => {
    way = got;
  });
  await tui.shows(/intercepted[\s\S]*a resume/);
  const [keys, shown] = places[place]!;
  if (keys !== '') tui.press(keys);
  await tui.shows(shown);
  let ended: unknown;
  tui.exit.then(
    (code) => {
      ended = code;
    },
    (error) => {
      ended = error;
    },
  );
  return {
    ...history,
    ...tui,
    send: (bytes: Buffer) => void tui.stdin.write(bytes),
    ended: () => ended,
    way: () => way,
  };
}

/** All but the last line, where a paste outside of a field is answered, and the clock. */
const withoutNotice = (screen: string) =>
  screen
    .split('\n')
    .slice(0, -1)
    .join('\n')
    .replace(/has waited [\d.]+ s/, '');

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Nothing was sent, replied, deleted or ended; and Press Ctrl-C to stop. */
async function staysAndEnds(tui: Awaited<ReturnType<typeof inPlace>>): Promise<void> {
  await turn();
  expect(tui.ended()).toBeUndefined();
  expect(tui.calls).toEqual([]);
  expect(tui.way()).toBeUndefined();
  expect(tui.session.breakpoint.isSet).toBe(true);
  expect(tui.store.summary(1)).toBeDefined();
  tui.press('\u0003');
  expect(await tui.exit).toBe(130);
}

attacks(
  'control sequences are no keys',
  Object.fromEntries(Object.keys(places).map((place) => [place, place])),
  async (place) => {
    const tui = await inPlace(place);
    const screen = tui.screen();
    for (const [index, sequence] of sequences().entries()) {
      tui.send(sequence);
      if (index % 50 === 0) await turn();
    }
    const isField = /reply|filter|target|event|palette|number/.test(place);
    if (!isField) expect(withoutNotice(tui.screen())).toBe(withoutNotice(screen));
    await staysAndEnds(tui);
  },
);

attacks(
  'control sequences split at every byte are no keys',
  Object.fromEntries(Object.keys(places).map((place) => [place, place])),
  async (place) => {
    const tui = await inPlace(place);
    for (const sequence of sequences().filter((_, index) => index % 5 === 0)) {
      for (let at = 1; at < sequence.length; at++) {
        tui.send(sequence.subarray(0, at));
        tui.send(sequence.subarray(at));
      }
      for (const byte of sequence) tui.send(Buffer.from([byte]));
      await turn();
    }
    await staysAndEnds(tui);
  },
);

attacks(
  'random bytes crash nothing and leave Ctrl-C',
  Object.fromEntries(Object.keys(places).map((place) => [place, place])),
  async (place) => {
    const random = randomNumbers(place.length);
    const tui = await inPlace(place);
    // A q among them may end it, as it should.
    for (let round = 0; round < 400 && tui.ended() === undefined; round++) {
      const bytes = randomBytes(random);
      const cut = random(bytes.length);
      tui.send(bytes.subarray(0, cut));
      tui.send(bytes.subarray(cut));
      await turn();
    }
    tui.press('\u0003');
    expect([0, 130]).toContain(await tui.exit);
  },
);

attacks(
  'in a real terminal',
  {
    'Ctrl-F1 to Ctrl-F4': ['\u001b[1;5P\u001b[1;5Q\u001b[1;5R\u001b[1;5S'],
    'Ctrl-Tab, F15 with Ctrl, a cursor report': ['\u001b[1;5I\u001b[28;5~\u001b[12;40R'],
    'an OSC 11 reply': ['\u001b]11;rgb:1e1e/1e1e/1e1e\u001b\\'],
    'an XTVERSION reply': ['\u001bP>|xterm(370)\u001b\\'],
    'a modifyOtherKeys code': ['\u001b[27;5;50~\u001b[27;2;82~'],
    'a key of the kitty protocol': ['\u001b[114;1u\u001b[13;1:1u'],
    'the application keypad': ['\u001bOq\u001bOM\u001bOy'],
    'focus events': ['\u001b[I\u001b[O'],
    'a mouse report that nobody asked for': ['\u001b[<0;5;8M\u001b[M !!'],
    'a string without end': ['\u001b]0;rRd'],
    'a paste without end': ['\u001b[200~rRd'],
    'a paste in two reads': ['\u001b[200~rRd', '\u001b[201~'],
    'a paste whose marker is split': [`\u001b[200~${'r'.repeat(4086)}\u001b[2`, '01~'],
    'pastes as long as a read': [4085, 4087, 8180].map((size) => `\u001b[200~${'r'.repeat(size)}\u001b[201~`),
    'UTF-8 and 8-bit controls cut off': ['\u00e9', '\u009b1;5P', '\u009d11;?\u009c'],
  } as Readonly<Record<string, readonly string[]>>,
  async (reads) => {
    const target = await startTarget();
    onTestFinished(() => target.close());
    const home = await temporaryHome();
    const terminal = openTui({ home, args: [String(target.port)], rows: 20 });
    const url = await listeningAt(terminal);
    terminal.write('i');
    await terminal.waitFor(/intercept requests matching: /);
    terminal.write('\r');
    await terminal.waitFor(/breakpoint set/);
    let reply: unknown;
    const stopped = sendTo(`${url}/order`, { body: '{}' }).then(
      ({ status }) => (reply = status),
      () => (reply ??= 'hung up'),
    );
    await terminal.waitFor(/POST \/order[\s\S]*a resume[\s\S]*Enter open/);
    for (const read of reads) {
      terminal.write(read);
      // Each is a read of its own.
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    expect(reply).toBeUndefined();
    // It may be in a paste or a string that has no end.
    terminal.write('\u0003');
    expect(await terminal.exit).toEqual({ code: 130, signal: undefined });
    expect(terminal.state()).toMatchObject({
      alternateBuffer: false,
      cursorVisible: true,
      bracketedPaste: false,
    });
    await stopped;
    expect(target.requests).toEqual([]);
  },
);
