/**
 * Format of signatures, and of their timestamp, in a header or field:
 * - `{ prefix: 'sha256=' }`: one signature after a prefix;
 * - `{ fields: ',', signature: 'v1', timestamp: 't' }`: `name=value` pairs, any number of signatures; with
 *   `groups: ' '`, several such lists, each with its own timestamp;
 * - `{ list: ' ', prefix: 'v1,' }`: several, each after the prefix; those with another prefix are ignored;
 * - `{ parts: ';', head: ['hmac', '1'] }`: fixed words, then the timestamp, then signatures;
 * - `{ parse, format }`: code, for any other format.
 */
export type SignatureFormat =
  | { readonly prefix: string }
  | {
      readonly fields: string;
      readonly signature: string;
      readonly timestamp?: string;
      readonly groups?: string;
      /** Signing writes the signature first. */
      readonly timestampLast?: boolean;
    }
  | { readonly list: string; readonly prefix: string }
  | { readonly parts: string; readonly head: readonly string[] }
  | {
      parse(value: string): readonly SignatureValue[];
      format(signature: string, timestamp: string, before: string | undefined): string;
    };

/** A signature with its timestamp. */
export interface SignatureValue {
  readonly signature: string;
  readonly timestamp: string | undefined;
}

/** Parses the signatures in a value; none if it does not have this format. */
export function parseSignatures(value: string, envelope: SignatureFormat): readonly SignatureValue[] {
  if ('parse' in envelope) return envelope.parse(value);
  if ('fields' in envelope) {
    const groups = envelope.groups === undefined ? [value] : value.split(envelope.groups);
    return groups.flatMap((group) => signaturesInFields(group, envelope));
  }
  if ('parts' in envelope) {
    const parts = value.split(envelope.parts).map((part) => part.trim());
    const [timestamp, ...signatures] = parts.slice(envelope.head.length);
    if (!envelope.head.every((word, index) => parts[index] === word)) return [];
    return signatures.map((signature) => ({ signature, timestamp }));
  }
  const entries = 'list' in envelope ? value.split(envelope.list).map((entry) => entry.trim()) : [value];
  const { prefix } = envelope;
  return entries
    .filter((entry) => entry.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase())
    .map((entry) => ({ signature: entry.slice(prefix.length), timestamp: undefined }))
    .filter(({ signature }) => signature !== '');
}

function signaturesInFields(
  text: string,
  envelope: Extract<SignatureFormat, { readonly fields: string }>,
): SignatureValue[] {
  const pairs = text.split(envelope.fields.trim() || ' ').map((pair) => {
    const equals = pair.indexOf('=');
    return [pair.slice(0, Math.max(0, equals)).trim(), pair.slice(equals + 1).trim()] as const;
  });
  const timestamp = pairs.find(([name]) => name === envelope.timestamp)?.[1];
  return pairs
    .filter(([name]) => name === envelope.signature)
    .map(([, signature]) => ({ signature, timestamp }));
}

/** Formats a signature; `before` is the value that it replaces. */
export function formatSignature(
  signature: string,
  timestamp: string,
  envelope: SignatureFormat,
  before: string | undefined,
): string {
  if ('format' in envelope) return envelope.format(signature, timestamp, before);
  if ('parts' in envelope) return [...envelope.head, timestamp, signature].join(envelope.parts);
  if (!('fields' in envelope)) return envelope.prefix + signature;
  const pair = `${envelope.signature}=${signature}`;
  if (envelope.timestamp === undefined) return pair;
  const dated = `${envelope.timestamp}=${timestamp}`;
  return (envelope.timestampLast ? [pair, dated] : [dated, pair]).join(envelope.fields);
}
