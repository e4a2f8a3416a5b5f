import { inFlags } from '../../format/in-flags.ts';
import type { MaskOptions } from '../../format/mask.ts';
import { printable } from '../../format/printable.ts';
import type { Environment } from '../../model/environment.ts';
import { UserError } from '../../model/errors.ts';
import type { RequestSummary } from '../../model/request.ts';
import type { Session } from '../../session/session.ts';
import type { DeletableHistory } from '../history/history.ts';
import type { Keymap } from '../input/keymap.ts';
import type { Action } from '../input/keys.ts';
import type { ShellCommand } from '../overlay/palette.ts';
import type { Change, Notice, NoticeSubject, State } from '../state/state.ts';
import type { Screen } from '../terminal/screen.ts';
import type { TerminalOwnership } from '../terminal/terminal-ownership.ts';
import type { View, ViewModel } from '../view/view-model.ts';

/** The terminal UI's connection to the process. */
export interface TuiIo {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Environment;
  /** Folder that files are exported to; undefined if it was deleted. */
  readonly cwd: string | undefined;
  /** Aborted by a signal; the reason holds the exit code. */
  readonly signal: AbortSignal;
  /** Ends the process at once. */
  readonly quitAtOnce: () => void;
}

/** The parts of the UI that key handlers read and act on. */
export interface Controls {
  readonly session: Session;
  /** Unmasked: for sending, not for display. */
  readonly store: DeletableHistory;
  /** Secrets to mask in copies and exports. */
  readonly masking: MaskOptions;
  /** Masks one more secret. */
  readonly maskSecret: (secret: string) => void;
  /** The path token that a request target begins with. */
  readonly pathTokenOf: (requestTarget: string) => string | undefined;
  readonly io: TuiIo;
  readonly viewModel: ViewModel;
  readonly screen: Screen;
  readonly terminalOwnership: TerminalOwnership;
  readonly keymap: Keymap;
  readonly commands: readonly ShellCommand[];
  readonly state: State;
  /** The last frame; undefined before the first. */
  readonly view: View | undefined;
  change(change: Change): void;
  /** Schedules a frame. */
  redraw(): void;
  /** Shows the result of a key, until its subject is gone if it has one. */
  notice(text: string, tone?: Notice['tone'], subject?: NoticeSubject): void;
  /** Ends the UI with this exit code. */
  end(exitCode: number): void;
  /** Ends the UI because of a bug. */
  fail(error: unknown): void;
}

/** Handlers of keys, by the names of their actions. */
export type Handlers<A extends Action = Action> = Readonly<Record<A, () => void>>;

/** The selected request, masked. */
export function selectedRequest({ viewModel, state }: Controls): RequestSummary | undefined {
  return state.selected === undefined ? undefined : viewModel.summary(state.selected);
}

/** True if the detail is visible, beside the list or in its place. */
export function isDetailShown({ state, view }: Controls): boolean {
  return state.pane === 'detail' || view?.layout.size === 'wide';
}

/** Shows UserErrors as a notice; ends the UI with everything else. */
export function showError({ notice, fail }: Pick<Controls, 'notice' | 'fail'>): (error: unknown) => void {
  return (error) => {
    if (error instanceof UserError) notice(errorText(error), 'bad');
    else fail(error);
  };
}

/** Message and hint of an error, printable. */
export function errorText({ said: { message, hint = '' } }: UserError): string {
  const parts = [message, hint].map((said) => inFlags(said));
  return printable(parts.join(' ').trim());
}
