import type { MaskOptions } from '../format/mask.ts';
import { printable } from '../format/printable.ts';
import { UserError } from '../model/errors.ts';
import type { RequestSummary } from '../model/request.ts';
import type { Session } from '../session/session.ts';
import type { Feed, View } from './feed.ts';
import type { WholeHistory } from './history.ts';
import type { Keymap } from './keymap.ts';
import type { Action } from './keys.ts';
import type { Screen } from './screen.ts';
import type { Change, Notice, State } from './state.ts';
import type { TerminalTurns } from './terminal-turns.ts';

/** What the terminal UI needs of the outside world. */
export interface TuiIo {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where files are exported to. */
  readonly cwd: string;
  /** Aborted by a signal; the reason holds the exit code. */
  readonly signal: AbortSignal;
  /** Ends the process now. */
  readonly quitAtOnce: () => void;
}

/** A command that can be called from the shell beside the UI. */
export interface ShellCommand {
  readonly name: string;
  readonly summary: string;
}

/** What an action looks at and acts with. */
export interface Controls {
  readonly session: Session;
  /** Unmasked: for what is sent, not for what is shown. */
  readonly store: WholeHistory;
  /** What is masked in what leaves the UI. */
  readonly masking: MaskOptions;
  /** The path token that a request target begins with. */
  readonly pathTokenOf: (requestTarget: string) => string | undefined;
  readonly io: TuiIo;
  readonly feed: Feed;
  readonly screen: Screen;
  readonly turns: TerminalTurns;
  readonly keymap: Keymap;
  readonly commands: readonly ShellCommand[];
  readonly state: State;
  /** The last frame; undefined before the first. */
  readonly view: View | undefined;
  change(made: Change): void;
  /** Draws soon what has changed. */
  redraw(): void;
  /** Answers the user. */
  notice(text: string, tone?: Notice['tone']): void;
  /** Ends the UI with this exit code. */
  end(exitCode: number): void;
  /** Ends the UI because of a bug. */
  fail(error: unknown): void;
}

/** What keys do, by the names of what they do. */
export type Acts<A extends Action = Action> = Readonly<Record<A, () => void>>;

/** The request that the keys act on. */
export function selectedRequest({ feed, state }: Controls): RequestSummary | undefined {
  return state.selected === undefined ? undefined : feed.summary(state.selected);
}

/** Whether a request is read beside the list or in its place. */
export function isDetailShown({ state, view }: Controls): boolean {
  return state.pane === 'detail' || view?.layout.size === 'wide';
}

/** What becomes of an error: the user is told of what he can mend, anything else is a bug. */
export function withReason({ notice, fail }: Pick<Controls, 'notice' | 'fail'>): (error: unknown) => void {
  return (error) => {
    if (error instanceof UserError)
      notice(printable([error.message, error.hint].filter(Boolean).join(' ')), 'bad');
    else fail(error);
  };
}
