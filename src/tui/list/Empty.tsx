import { Box } from 'ink';
import { printable } from '../../format/printable.ts';
import type { StyledLine } from '../../format/styled.ts';
import { padded } from '../../format/width.ts';
import type { Keymap } from '../input/keymap.ts';
import { sampleEvent } from '../input/keys.ts';
import type { Layout } from '../state/layout.ts';
import type { Canvas } from '../terminal/canvas.ts';
import { Lines } from '../terminal/Lines.tsx';

/** The addresses of the listener. */
interface EmptyModel {
  readonly localUrl: string;
  readonly tunnel: { readonly url: string | null };
}

interface Props {
  readonly header: EmptyModel;
  readonly keymap: Keymap;
  readonly layout: Layout;
  readonly canvas: Canvas;
}

/** The empty list: how to send a first request. */
export function Empty({ header, keymap, layout, canvas }: Props) {
  return (
    <Box flexDirection="column" width={layout.columns} height={layout.bodyRows} flexShrink={0}>
      <Lines lines={emptyLines(header, layout, keymap)} canvas={canvas} />
    </Box>
  );
}

function emptyLines({ tunnel, localUrl }: EmptyModel, layout: Layout, { keyOf }: Keymap): StyledLine[] {
  const url = printable(tunnel.url ?? localUrl);
  const waiting: StyledLine = [['strong', 'Waiting for the first request.']];
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
    return [waiting, ...steps, command].map((line) => [['plain', ' '], ...line]);
  }
  const paste = step("Paste the URL into your provider's webhook settings,", [
    ['key', keyOf('copy-url')],
    ['dim', ' copies it'],
  ]);
  const steps = [
    ...(isPublic ? [paste] : []),
    step(`${isPublic ? 'or send' : 'Send'} yourself a real one:`, [
      ['key', keyOf('trigger')],
      ['dim', ` triggers ${sampleEvent.provider} ${sampleEvent.event}`],
    ]),
    step('or from another terminal:', command),
  ];
  return [[], waiting, [], ...steps].map((line) => [['plain', '   '], ...line]);
}

/** A step and its key or command, in two columns. */
function step(what: string, how: StyledLine): StyledLine {
  return [['plain', padded(what, 55)], ...how];
}
