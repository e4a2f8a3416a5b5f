import { Box } from 'ink';
import { printable } from '../../format/printable.ts';
import type { StyledLine } from '../../format/styled.ts';
import type { Canvas } from '../canvas.ts';
import type { View } from '../feed.ts';
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
  const small = layout.size === 'small';
  const steps: StyledLine[] = [];
  if (tunnel.url !== null) {
    const paste = "Paste the URL into your provider's webhook settings";
    steps.push(
      small
        ? [['plain', `${paste}:`]]
        : [
            ['plain', `${paste},`],
            ['dim', '   y copies it'],
          ],
    );
    steps.push(
      small
        ? [['key', url]]
        : [
            ['plain', 'or send yourself a request:'],
            ['dim', '                        t sends one'],
          ],
    );
    if (small) steps.push([['dim', '(y copies it) or try (t does it):']]);
    else steps.push([['plain', 'or from another terminal:']]);
  } else {
    steps.push(
      small
        ? [['plain', 'Send one yourself (t does it):']]
        : [
            ['plain', 'Send yourself one from another terminal:'],
            ['dim', '           t sends one'],
          ],
    );
  }
  const lines: StyledLine[] = small
    ? [waiting, ...steps, command]
    : [[], waiting, [], ...steps, [], [['plain', '  '], ...command]];
  const indent = small ? ' ' : '   ';
  return lines.map((line) => [['plain', indent], ...line]);
}
