import type { RequestSummary } from '../model/request.ts';
import type { Session } from '../session/session.ts';
import type { Feed, View } from './feed.ts';
import type { Action } from './keys.ts';
import type { WholeHistory } from './masked-history.ts';
import type { Screen } from './screen.ts';
import type { Change, Notice, State } from './state.ts';
import type { TerminalTurns } from './terminal-turns.ts';

/** What the terminal UI needs of the outside world. */
export interface TuiIo {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by a signal; the reason holds the exit code. */
  readonly signal: AbortSignal;
  /** Ends the process now. */
  readonly quitAtOnce: () => void;
}

/** What an action looks at and acts with. */
export interface Controls {
  readonly session: Session;
  readonly store: WholeHistory;
  readonly io: TuiIo;
  readonly feed: Feed;
  readonly screen: Screen;
  readonly turns: TerminalTurns;
  readonly state: State;
  /** The last frame; undefined before the first. */
  readonly view: View | undefined;
  change(made: Change): void;
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
export function selectedRequest({ view, state }: Controls): RequestSummary | undefined {
  return view?.rows.find(({ seq }) => seq === state.selected);
}

/** Whether a request is read beside the list or in its place. */
export function isDetailShown({ state, view }: Controls): boolean {
  return state.pane === 'detail' || view?.layout.size === 'wide';
}
