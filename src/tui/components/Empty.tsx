import { Box } from 'ink';
import { printable } from '../../format/printable.ts';
import type { StyledLine } from '../../format/styled.ts';
import { padded } from '../../format/width.ts';
import type { Canvas } from '../canvas.ts';
import type { View } from '../feed.ts';
import { firstSample } from '../first-sample.ts';
import { Lines } from './Lines.tsx';

interface Props {
  readonly view: View;
  readonly canvas: Canvas;
}

/** What to do while nothing has arrived. */
export function Empty({ view, canvas }: Props) {
  const { layout } = view;
  return (
    <Box flexDirection="column" width={layout.columns} height={layout.bodyRows} flexShrink={0}>
      <Lines lines={emptyLines(view)} canvas={canvas} />
    </Box>
  );
}

function emptyLines({ header, layout }: View): StyledLine[] {
  const { tunnel, localUrl } = header;
  const url = printable(tunnel.url ?? localUrl);
  const waiting: StyledLine = [['strong', 'Waiting for the first request.']];
  const command: StyledLine = [['key', `curl -d hello ${url}`]];
  const isPublic = tunnel.url !== null;
  if (layout.size === 'small') {
    const paste: StyledLine[] = [
      [['plain', 'Paste into your provider (yu copies it):']],
      [['key', url]],
      [['plain', 'or t sends one, or']],
    ];
    const steps: StyledLine[] = isPublic ? paste : [[['plain', 't sends one, or from another terminal:']]];
    return [waiting, ...steps, command].map((line) => [['plain', ' '], ...line]);
  }
  const paste = step("Paste the URL into your provider's webhook settings,", [
    ['key', 'yu'],
    ['dim', ' copies it'],
  ]);
  const steps = [
    ...(isPublic ? [paste] : []),
    step(`${isPublic ? 'or send' : 'Send'} yourself a real one:`, [
      ['key', 't'],
      ['dim', ` triggers ${firstSample}`],
    ]),
    step('or from another terminal:', command),
  ];
  return [[], waiting, [], ...steps].map((line) => [['plain', '   '], ...line]);
}

/** What to do, and how, one below the other in two columns. */
function step(what: string, how: StyledLine): StyledLine {
  return [['plain', padded(what, 55)], ...how];
}
