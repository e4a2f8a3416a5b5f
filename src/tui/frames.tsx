import { render } from 'ink';
import { App } from './App.tsx';
import { withoutSignalHandlers } from './terminal/own-signals.ts';
import type { Ui } from './ui.ts';
import type { View } from './view/view-model.ts';

/** Draws the first frame and starts Ink. */
export function startDrawing(ui: Ui): void {
  const { options, screen, screenReader, fail } = ui;
  const view = nextView(ui);
  screenReader?.show(view);
  ui.ink = withoutSignalHandlers(() =>
    render(frameOf(ui, view), {
      stdout: screen.output,
      stdin: options.io.stdin,
      // Each update is written whole and at once: the pacer decides when, the screen which lines of it.
      // Ink reads no input: it would end the program at some keys.
      debug: true,
      exitOnCtrlC: false,
      patchConsole: false,
    }),
  );
  ui.ink.waitUntilExit().catch(fail);
}

/** Draws a frame of the present state. */
export function drawFrame(ui: Ui): void {
  try {
    const view = nextView(ui);
    if (ui.screenReader) ui.screenReader.show(view);
    else {
      ui.canvas.clear();
      ui.ink?.rerender(frameOf(ui, view));
    }
    clearTimeout(ui.tickTimer);
    if (view.ticks) ui.tickTimer = setTimeout(ui.pacer.changed, 1000 - (Date.now() % 1000));
  } catch (error) {
    ui.fail(error);
  }
}

function nextView(ui: Ui): View {
  const view = ui.viewModel.view(ui.state);
  ui.view = view;
  ui.state = view.state;
  return view;
}

function frameOf({ screenReader, canvas }: Ui, view: View) {
  return screenReader ? null : <App view={view} canvas={canvas} />;
}
