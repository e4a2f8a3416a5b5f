import { Box } from 'ink';
import { printable } from '../../format/printable.ts';
import { lineWidth, type StyledLine, wrapLine } from '../../format/styled.ts';
import { targetName } from '../../format/target-name.ts';
import { padded } from '../../format/width.ts';
import type { Keymap } from '../input/keymap.ts';
import { sampleEvent } from '../input/keys.ts';
import type { Layout } from '../state/layout.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { Lines } from '../terminal/Lines.tsx';

/** The addresses of the listener and its target, and whether it has received anything. */
interface EmptyModel {
  readonly target: { readonly href: string } | undefined;
  readonly health: { readonly state: string };
  readonly localUrl: string;
  readonly tunnel: { readonly url: string | null };
  readonly hasReceived: boolean;
}

interface Props {
  readonly header: EmptyModel;
  readonly keymap: Keymap;
  /** Number of deleted requests that can still be restored. */
  readonly deleted: number;
  readonly layout: Layout;
  readonly canvas: Canvas;
}

/** The empty list: how to send a first request. */
export function Empty({ header, deleted, keymap, layout, canvas }: Props) {
  return (
    <Box flexDirection="column" width={layout.columns} height={layout.bodyRows} flexShrink={0}>
      <Lines lines={emptyLines({ header, deleted, keymap, layout })} canvas={canvas} />
    </Box>
  );
}

/** The list is empty because everything in it was deleted, or because nothing has arrived yet. */
function titleOf({ header, deleted, keymap }: Omit<Props, 'canvas'>): StyledLine {
  if (deleted > 0) {
    const what = deleted === 1 ? 'The only request is' : `All ${deleted} requests are`;
    return [
      ['strong', `${what} deleted:`],
      ['key', ` ${keymap.keyOf('undo')}`],
      ['strong', ` restores ${deleted === 1 ? 'it' : 'them'}.`],
    ];
  }
  return [['strong', `Waiting for the ${header.hasReceived ? 'next' : 'first'} request.`]];
}

function emptyLines(props: Omit<Props, 'canvas'>): StyledLine[] {
  const { header, layout, keymap } = props;
  const { keyOf } = keymap;
  const { tunnel, localUrl } = header;
  const url = printable(tunnel.url ?? localUrl);
  const waiting = titleOf(props);
  const command: StyledLine = [['key', `curl -d hello ${url}`]];
  const isPublic = tunnel.url !== null;
  if (layout.size === 'small') {
    const paste: StyledLine[] = [
      [['plain', `Paste into your provider (${keyOf('copy-url')} copies):`]],
      [['key', url]],
      [['plain', `or ${keyOf('trigger')} sends one, or`]],
    ];
    const steps: StyledLine[] = isPublic
      ? paste
      : [[['plain', `${keyOf('trigger')} sends one, or from another terminal:`]]];
    return [waiting, ...steps, command, ...absentLines(header)]
      .flatMap((line) => [...wrapLine(line, layout.columns - 2)])
      .map((line) => [['plain', ' '], ...line]);
  }
  const steps: Step[] = [
    ...(isPublic ? [pasteStep(keyOf('copy-url'))] : []),
    [
      `${isPublic ? 'or send' : 'Send'} yourself a real one:`,
      [
        ['key', keyOf('trigger')],
        ['dim', ` triggers ${sampleEvent.provider} ${sampleEvent.event}`],
      ],
    ],
    ['or from another terminal:', command],
  ];
  const absent = absentLines(header);
  const lines = [
    [],
    waiting,
    [],
    ...stepLines(steps, layout.columns),
    ...(absent.length > 0 ? [[], ...absent] : []),
  ];
  return lines.map((line) => [['plain', margin], ...line]);
}

const margin = '   ';

/** What to do, and its key or command. */
type Step = readonly [what: string, how: StyledLine];

const pasteStep = (key: string): Step => [
  "Paste the URL into your provider's webhook settings,",
  [
    ['key', key],
    ['dim', ' copies it'],
  ],
];

const whatColumns = 55;

/** The steps in two columns, or one below the other where the screen is too narrow for that. */
function stepLines(steps: readonly Step[], columns: number): StyledLine[] {
  const room = columns - margin.length - 1;
  if (steps.every(([, how]) => whatColumns + lineWidth(how) <= room))
    return steps.map(([what, how]) => [['plain', padded(what, whatColumns)], ...how]);
  return steps.flatMap(([what, how]) => [
    [['plain', what]],
    ...[...wrapLine(how, room - 2)].map((line): StyledLine => [['plain', '  '], ...line]),
  ]);
}

/** The server may not be started yet. */
function absentLines({ target, health }: EmptyModel): StyledLine[] {
  if (!target || health.state !== 'absent') return [];
  return [[['warn', `Nothing listens at ${targetName(target.href)} yet: start your server.`]]];
}
