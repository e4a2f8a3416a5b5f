import type { Reply } from '../../model/reply.ts';
import type { Locator } from '../request/locator.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import type { Template } from '../request/template.ts';
import type { Scheme, SchemeContext } from './scheme.ts';

/**
 * A trait of a request: `header:X-Name` (it is there), `header:X-Name=t=*` (its value, `*` for any run of
 * characters), likewise `json:path`, `form:name`, `query:name`, `method`; `!` before it: it is not so.
 * A list: all of them.
 */
export type Matcher = string | readonly string[];

/** What stands behind a row: a published vector or the vendor's SDK in our tests, or the vendor's text alone. */
export type Evidence = 'vector' | 'sdk' | 'text' | 'unconfirmed';

/** Who sends webhooks, and how one knows it and that it is genuine. */
export interface Provider {
  readonly name: string;
  readonly title: string;
  /** The family whose headers it sends: where members can't be told apart, the family is shown. */
  readonly family?: string;
  /** Any of these gives it away. The order of the list decides where several do. */
  readonly detect: readonly Matcher[];
  /** The event type: the first of these that can be filled. */
  readonly event: readonly Template[];
  /** The delivery's id, the same on every redelivery: the first of these that can be filled. */
  readonly eventId: readonly Template[];
  /** Where a fresh delivery id is written by `--new-id`; the places of `eventId` unless given. */
  readonly freshIdAt?: readonly Locator[];
  /** It hands on what others sent, with their headers: what is proved to be of one of those counts as theirs. */
  readonly isRelay?: boolean;
  readonly scheme: Scheme;
  /** What the listener answers to a call that sets the webhook up. */
  readonly handshake?: Handshake;
  /** How long it waits for an answer, in ms, where its documentation says so. */
  readonly replyDeadlineMs?: number;
  /** How it tries again, in a few words, where its documentation says so. */
  readonly retries?: string;
  /** The page or file that all of this was read in. */
  readonly source: string;
  /** The page about deliveries: how long it waits and how it tries again, where that is another one. */
  readonly deliverySource?: string;
  readonly evidence: Evidence;
  /** What could not be confirmed, or what is easily got wrong. */
  readonly note?: string;
}

export interface Handshake {
  /** For people: what it is called there. */
  readonly label: string;
  /** The answer, if this request is one; undefined for any other. Never throws. */
  reply(parsed: ParsedRequest, context: SchemeContext): Reply | undefined;
  /** Nothing in the call tells who sends it, such as a HEAD: answered where this provider is configured. */
  readonly anonymous?: boolean;
  /** Any 2xx will do, so that one that is signed and valid goes on like every other request. */
  readonly unsignedOnly?: boolean;
}
