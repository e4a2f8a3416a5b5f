import { Box } from 'ink';
import type { StyledLine } from '../format/styled.ts';
import { Detail } from './detail/Detail.tsx';
import { Footer } from './footer/Footer.tsx';
import { HeaderBar } from './header/HeaderBar.tsx';
import { Empty } from './list/Empty.tsx';
import { RequestList } from './list/RequestList.tsx';
import { menuLines } from './overlay/menu.ts';
import { Overlay } from './overlay/Overlay.tsx';
import { pickerLines } from './overlay/picker.ts';
import { qrCodeLines } from './overlay/qr-code-lines.ts';
import { secretPromptLines } from './overlay/secret-prompt.ts';
import type { Canvas } from './terminal/canvas.ts';
import { Lines } from './terminal/Lines.tsx';
import type { View } from './view/view-model.ts';

interface Props {
  readonly view: View;
  readonly canvas: Canvas;
}

/** The whole screen, of exactly the size of the layout. */
export function App({ view, canvas }: Props) {
  const { columns, rows, size } = view.layout;
  const rule = size === 'small' ? null : <Lines lines={[[['dim', '─'.repeat(columns)]]]} canvas={canvas} />;
  return (
    <Box flexDirection="column" width={columns} height={rows}>
      <HeaderBar model={view.header} columns={columns} canvas={canvas} />
      {rule}
      <Body view={view} canvas={canvas} />
      {rule}
      <Footer model={view} canvas={canvas} />
    </Box>
  );
}

function Body({ view, canvas }: Props) {
  const { layout, state, detail, overlay } = view;
  if (state.prompt?.type === 'picker') {
    return <Overlay lines={pickerLines(state.prompt, layout, canvas)} layout={layout} canvas={canvas} />;
  }
  if (state.prompt?.type === 'menu' && layout.size === 'small') {
    const lines = menuLines(view.keymap, state.prompt.menu, layout.columns);
    return <Overlay lines={lines} layout={layout} canvas={canvas} />;
  }
  if (state.prompt?.type === 'secret') {
    return <Overlay lines={secretPromptLines(state.prompt, layout)} layout={layout} canvas={canvas} />;
  }
  if (state.overlay?.type === 'qr-code') {
    const lines = qrCodeLines(view.header.tunnel.url, { layout, canvas, keymap: view.keymap });
    return <Overlay lines={lines} layout={layout} canvas={canvas} />;
  }
  if (overlay) return <Overlay lines={overlay.lines} layout={layout} canvas={canvas} />;
  if (state.live.noRequests)
    return (
      <Empty
        header={view.header}
        deleted={state.pendingDeletes.length}
        keymap={view.keymap}
        layout={layout}
        canvas={canvas}
      />
    );
  const text = detail && (
    <Detail
      detail={detail}
      state={state}
      layout={layout}
      canvas={canvas}
      keyOf={view.keymap.keyOf}
      now={view.now}
    />
  );
  if (layout.size !== 'wide') {
    if (!text || state.pane === 'list')
      return <RequestList list={view} state={state} layout={layout} canvas={canvas} />;
    return (
      <Box paddingLeft={1} width={layout.columns} height={layout.bodyRows} flexShrink={0}>
        {text}
      </Box>
    );
  }
  const divider = Array.from({ length: layout.bodyRows }, (): StyledLine => [['dim', ' │']]);
  return (
    <Box height={layout.bodyRows} width={layout.columns} flexShrink={0}>
      <RequestList list={view} state={state} layout={layout} canvas={canvas} />
      <Box flexDirection="column" width={3} flexShrink={0}>
        <Lines lines={divider} canvas={canvas} />
      </Box>
      {text}
    </Box>
  );
}
