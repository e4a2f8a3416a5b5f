import { type Io, wantsScreen } from '../../cli/io.ts';
import type { OptionSpecs, OptionValues } from '../../cli/option.ts';
import { UserError } from '../../model/errors.ts';
import type { Keymap } from '../../tui/input/keymap.ts';
import type { TuiOptions } from '../../tui/ui.ts';

/** Options of the terminal UI. */
export const screenOptions = {
  tui: {
    type: 'boolean',
    help: 'show the terminal UI',
    default: 'on a terminal, but not in CI',
    negatable: true,
    negatedHelp: 'print a line per request instead',
    untrusted: 'allowed',
  },
  keys: {
    type: 'string',
    value: 'action=key',
    help: 'set a key of the terminal UI, such as replay=ctrl-r (repeatable)',
    many: true,
    pairs: true,
    untrusted: 'allowed',
  },
  mouse: {
    type: 'boolean',
    help: 'use the mouse in the terminal UI: wheel scrolls, click selects',
    untrusted: 'allowed',
  },
  plainTui: {
    type: 'boolean',
    help: 'show a line-by-line terminal UI, for screen readers',
    default: 'with INK_SCREEN_READER=true',
    untrusted: 'allowed',
  },
  qr: {
    type: 'boolean',
    help: 'show the public URL as a QR code',
  },
  ascii: {
    type: 'boolean',
    help: 'use ASCII characters only in the terminal UI',
    default: 'if the locale is not UTF-8',
    untrusted: 'allowed',
  },
} as const satisfies OptionSpecs;

/** Shows a session in the terminal UI until the user quits; resolves with the exit code. */
export type ShowScreen = (
  options: Pick<
    TuiOptions,
    'session' | 'store' | 'masking' | 'maskSecret' | 'pathTokenOf' | 'warnings' | 'commands'
  > & {
    readonly io: Io;
  },
) => Promise<number>;

/**
 * The terminal UI to show; undefined if there is none, as with `json` and in the background. Rejects with a UserError
 * for an invalid key, also without a terminal.
 */
export async function screenFor(
  options: OptionValues<typeof screenOptions> & { readonly json?: boolean | undefined },
  io: Io,
): Promise<ShowScreen | undefined> {
  const keymap = options.keys && (await keymapOf(options.keys));
  const asked = options.tui === true || options.plainTui === true;
  if (options.json || options.tui === false || !wantsScreen(io, asked)) return undefined;
  // `listen &`, or below `timeout`: the terminal would stop us as soon as we took it.
  const { isInForeground } = await import('../../editor/process-tree.ts');
  if (!(await isInForeground())) return undefined;
  return async (shown) => {
    const { runTui } = await import('../../tui/run.tsx');
    const plain = options.plainTui ?? io.env['INK_SCREEN_READER'] === 'true';
    // The UI writes control sequences of its own, and lets none through that it did not make.
    const terminal = { ...shown.io, stdout: shown.io.rawStdout };
    const { ascii, mouse, qr } = options;
    return runTui({ ...shown, io: terminal, keymap, plain, ascii, mouse, showQrCode: qr });
  };
}

/** The user's key bindings. Throws a UserError for an invalid one. */
async function keymapOf(pairs: readonly string[]): Promise<Keymap> {
  const { createKeymap } = await import('../../tui/input/keymap.ts');
  return createKeymap(
    Object.fromEntries(
      pairs.map((pair) => {
        const at = pair.indexOf('=');
        if (at < 1)
          throw new UserError(
            'usage',
            `--keys: ${JSON.stringify(pair)} is not action=key.`,
            'Example: --keys replay=ctrl-r.',
          );
        return [pair.slice(0, at), pair.slice(at + 1)];
      }),
    ),
  );
}
