import { Box } from 'ink';
import type { StyledLine } from '../format/styled.ts';
import type { Canvas } from './canvas.ts';
import { Detail } from './components/Detail.tsx';
import { Empty } from './components/Empty.tsx';
import { Footer } from './components/Footer.tsx';
import { Header } from './components/Header.tsx';
import { Lines } from './components/Lines.tsx';
import { Overlay } from './components/Overlay.tsx';
import { RequestList } from './components/RequestList.tsx';
import type { ShellCommand } from './controls.ts';
import type { View } from './feed.ts';
import { paletteLines } from './palette-lines.ts';
import { replyStatusLines } from './reply-statuses.ts';

interface Props {
  readonly view: View;
  readonly canvas: Canvas;
  /** What the palette offers beside actions. */
  readonly commands?: readonly ShellCommand[];
}

/** The whole screen, of exactly the view's size. */
export function App({ view, canvas, commands = [] }: Props) {
  const { columns, rows, size } = view.layout;
  const rule = size === 'small' ? null : <Lines lines={[[['dim', '─'.repeat(columns)]]]} canvas={canvas} />;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Header facts={view.header} columns={columns} canvas={canvas} />
      {rule}
      <Body view={view} canvas={canvas} commands={commands} />
      {rule}
      <Footer view={view} canvas={canvas} />
    </Box>
  );
}

function Body({ view, canvas, commands }: Required<Props>) {
  const { layout, state, detail, overlay } = view;
  if (state.prompt?.type === 'palette') {
    return <Overlay lines={paletteLines(view, commands, canvas)} view={view} canvas={canvas} />;
  }
  if (state.prompt?.type === 'reply' && state.prompt.status === undefined) {
    return <Overlay lines={replyStatusLines(view, canvas)} view={view} canvas={canvas} />;
  }
  if (overlay) return <Overlay lines={overlay.lines} view={view} canvas={canvas} />;
  if (state.live.isEmpty) return <Empty view={view} canvas={canvas} />;
  const text = detail && (
    <Detail detail={detail} state={state} layout={layout} canvas={canvas} now={view.now} />
  );
  if (layout.size !== 'wide') {
    if (!text || state.pane === 'list') return <RequestList view={view} canvas={canvas} />;
    return (
      <Box paddingLeft={1} width={layout.columns} height={layout.bodyRows} flexShrink={0}>
        {text}
      </Box>
    );
  }
  const divider = Array.from({ length: layout.bodyRows }, (): StyledLine => [['dim', ' │']]);
  return (
    <Box height={layout.bodyRows} width={layout.columns} flexShrink={0}>
      <RequestList view={view} canvas={canvas} />
      <Box flexDirection="column" width={3} flexShrink={0}>
        <Lines lines={divider} canvas={canvas} />
      </Box>
      {text}
    </Box>
  );
}
