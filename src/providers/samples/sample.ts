import { randomBytes, randomUUID } from 'node:crypto';
import type { HeaderList } from '../../model/headers.ts';

/** A request as its provider sends it, except what signing adds. */
export interface SampleRequest {
  /** POST unless given. */
  readonly method?: string;
  /** Without Host, Content-Length and signature. */
  readonly headers: HeaderList;
  /** Sent unchanged if it is text, else as compact JSON. */
  readonly body: unknown;
}

/** Values that differ between deliveries. */
export interface Fresh {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whole seconds since the epoch. */
  readonly seconds: number;
  /** ISO 8601 in UTC, to the second. */
  readonly iso: string;
  /** `length` random letters and digits after a prefix: `id('evt_', 24)`. */
  id(prefix: string, length: number): string;
  /** A random number of so many digits, not beginning with 0. */
  digits(length: number): string;
  /** Random lower-case hex digits. */
  hex(length: number): string;
  uuid(): string;
}

/** The events of one provider by their documented names, each with a function that makes its request. */
export type Samples = Readonly<Record<string, (fresh: Fresh) => SampleRequest>>;

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Creates ids and times for one delivery at `now`. */
export function freshAt(now: number): Fresh {
  const pick = (alphabet: string, length: number) =>
    Array.from(randomBytes(length), (byte) => alphabet[byte % alphabet.length]!).join('');
  return {
    now,
    seconds: Math.floor(now / 1000),
    iso: new Date(now).toISOString().replace(/\.\d+Z$/, 'Z'),
    id: (prefix, length) => prefix + pick(letters, length),
    digits: (length) => pick('123456789', 1) + pick('0123456789', length - 1),
    hex: (length) => pick('0123456789abcdef', length),
    uuid: randomUUID,
  };
}

/** Returns the body of a sample as bytes. */
export function sampleBody({ body }: SampleRequest): Uint8Array {
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body), 'utf8');
}
