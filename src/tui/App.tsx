import { Box } from 'ink';
import type { StyledLine } from '../format/styled.ts';
import type { Canvas } from './canvas.ts';
import { Detail } from './components/Detail.tsx';
import { Empty } from './components/Empty.tsx';
import { Footer } from './components/Footer.tsx';
import { Header } from './components/Header.tsx';
import { Help } from './components/Help.tsx';
import { Lines } from './components/Lines.tsx';
import { RequestList } from './components/RequestList.tsx';
import type { View } from './feed.ts';

interface Props {
  readonly view: View;
  readonly canvas: Canvas;
}

/** The whole screen, of exactly the view's size. */
export function App({ view, canvas }: Props) {
  const { columns, rows, size } = view.layout;
  const rule = size === 'small' ? null : <Lines lines={[[['dim', '─'.repeat(columns)]]]} canvas={canvas} />;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <Header facts={view.header} columns={columns} canvas={canvas} />
      {rule}
      <Body view={view} canvas={canvas} />
      {rule}
      <Footer view={view} canvas={canvas} />
    </Box>
  );
}

function Body({ view, canvas }: Props) {
  const { layout, state, detail, help, rows } = view;
  if (help) return <Help help={help} view={view} canvas={canvas} />;
  if (rows.length === 0) return <Empty view={view} canvas={canvas} />;
  const text = detail && <Detail detail={detail} tab={state.tab} layout={layout} canvas={canvas} />;
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
