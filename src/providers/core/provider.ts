import type { Reply } from '../../model/reply.ts';
import type { Locator } from '../request/locator.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import type { Template } from '../request/template.ts';
import type { Scheme, SchemeContext } from './scheme.ts';

/**
 * Condition on a request: a locator that must have a value, such as `header:X-Name`, or a locator and a pattern that one
 * of its values must match, such as `header:X-Name=t=*` (`*` stands for any run of characters). `!` before it negates
 * it. A list matches if all of its conditions do.
 */
export type Matcher = string | readonly string[];

/** Source that confirms a provider: a published test vector, the vendor's SDK in our tests, or only its documentation. */
export type Evidence = 'vector' | 'sdk' | 'text' | 'unconfirmed';

/** A sender of webhooks, how to detect it, and how to verify its requests. */
export interface Provider {
  readonly name: string;
  readonly title: string;
  /** The family whose headers it sends; the family is shown if its members cannot be told apart. */
  readonly family?: string;
  /** A request matches if any of these does. If several providers match, the first of the list is taken. */
  readonly detect: readonly Matcher[];
  /** The event type: the first template whose locators all have a value. */
  readonly event: readonly Template[];
  /** The delivery id, the same on every redelivery: the first template whose locators all have a value. */
  readonly eventId: readonly Template[];
  /** Locators of the delivery id that `--new-id` replaces; those of `eventId` unless given. */
  readonly freshIdAt?: readonly Locator[];
  /** Forwards requests of other providers with their headers; if the signature of one is valid, it counts as the sender. */
  readonly isRelay?: boolean;
  readonly scheme: Scheme;
  /** Replies to the requests that set up the webhook. */
  readonly handshake?: Handshake;
  /** Maximum time to wait for a reply in ms, if documented. */
  readonly replyDeadlineMs?: number;
  /** Retries in a few words, if documented. */
  readonly retries?: string;
  /** URL of the documentation. */
  readonly source: string;
  /** URL of the documentation of timeouts and retries, if it is another page. */
  readonly deliverySource?: string;
  readonly evidence: Evidence;
  /** Caveat for users: unconfirmed or easily misunderstood. */
  readonly note?: string;
}

/** A request by which a provider sets up the webhook, and the reply that it expects. */
export interface Handshake {
  /** Name of the handshake in the vendor's documentation. */
  readonly label: string;
  /** Returns the reply if the request is a handshake, else undefined. Never throws. */
  reply(parsed: ParsedRequest, context: SchemeContext): Reply | undefined;
  /** The request does not tell its sender, such as a HEAD: the reply is sent if this provider is configured. */
  readonly anonymous?: boolean;
  /** Any 2xx is accepted, so a request with a valid signature is forwarded like any other. */
  readonly unsignedOnly?: boolean;
}
