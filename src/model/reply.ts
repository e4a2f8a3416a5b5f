import type { Body } from './body.ts';
import type { HeaderList } from './headers.ts';

/** The listener's reply to the sender. */
export interface Reply {
  readonly status: number;
  /** The reason phrase, where the target gave one. */
  readonly statusText?: string;
  readonly headers: HeaderList;
  readonly trailers?: HeaderList;
  readonly body: Body;
  readonly by: ReplyAuthor;
}

/** The author of a reply: the target, the listener, a reply rule, or the user at the breakpoint. */
export const replyAuthors = ['target', 'listener', 'rule', 'user'] as const;

export type ReplyAuthor = (typeof replyAuthors)[number];

/** The part of a reply that is recorded; `status` is null while the sender waits, and where it did not get one. */
export interface ReplySummary {
  readonly status: number | null;
  readonly by: ReplyAuthor | null;
  /** The sender disconnected before its reply, so many ms after the request's head had arrived. */
  readonly disconnectedAfterMs?: number;
}

/**
 * The part of the session that replied to the sender in place of a target: a provider's handshake, a reply rule, or the
 * user at the breakpoint.
 */
export const handledByValues = ['handshake', 'rule', 'breakpoint'] as const;

export type HandledBy = (typeof handledByValues)[number];

export const noReply: ReplySummary = { status: null, by: null };
