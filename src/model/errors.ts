import { type Phrase, phraseText } from './phrase.ts';

/** Exit codes of the process, by what a caller may do about an error. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  assertion: 3,
  secretMissing: 4,
  unavailable: 5,
  timedOut: 124,
  interrupted: 130,
  terminated: 143,
} as const;

export type ErrorCode =
  | 'usage'
  | 'not-found'
  | 'failed'
  | 'unavailable'
  | 'secret-missing'
  | 'config'
  | 'database'
  | 'port-in-use';

/** A failure the user can act on: what failed and why (`message`), and how to fix it (`hint`). */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  /** Message and hint for an interface that has its own names for options. */
  readonly said: { readonly message: string | Phrase; readonly hint: string | Phrase | undefined };

  constructor(code: ErrorCode, message: string | Phrase, hint?: string | Phrase, options?: ErrorOptions) {
    super(phraseText(message), options);
    this.name = 'UserError';
    this.code = code;
    this.hint = hint === undefined ? undefined : phraseText(hint);
    this.said = { message, hint };
  }
}

/** The text of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The exit code for an error. */
export function exitCodeOf(error: UserError): number {
  switch (error.code) {
    case 'usage':
    case 'config':
      return exitCodes.usage;
    case 'unavailable':
      return exitCodes.unavailable;
    case 'secret-missing':
      return exitCodes.secretMissing;
    case 'not-found':
    case 'failed':
    case 'database':
    case 'port-in-use':
      return exitCodes.failed;
  }
}
