/**
 * How a header or field holds signatures, and perhaps their timestamp:
 * - `{ prefix: 'sha256=' }`: one signature after a prefix;
 * - `{ fields: ',', signature: 'v1', timestamp: 't' }`: `name=value` pairs, any number of signatures;
 * - `{ list: ' ', prefix: 'v1,' }`: several, each after the prefix; those with another prefix are of no concern.
 */
export type Envelope =
  | { readonly prefix: string }
  | { readonly fields: string; readonly signature: string; readonly timestamp?: string }
  | { readonly list: string; readonly prefix: string };

export interface Opened {
  readonly signatures: readonly string[];
  readonly timestamp: string | undefined;
}

/** What an envelope holds: no signatures where it has not that form. */
export function opened(value: string, envelope: Envelope): Opened {
  if ('fields' in envelope) {
    const pairs = value.split(envelope.fields).map((pair) => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, Math.max(0, equals)).trim(), pair.slice(equals + 1).trim()] as const;
    });
    return {
      signatures: pairs.filter(([name]) => name === envelope.signature).map(([, text]) => text),
      timestamp: pairs.find(([name]) => name === envelope.timestamp)?.[1],
    };
  }
  const entries = 'list' in envelope ? value.split(envelope.list).map((entry) => entry.trim()) : [value];
  const { prefix } = envelope;
  return {
    signatures: entries
      .filter((entry) => entry.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase())
      .map((entry) => entry.slice(prefix.length)),
    timestamp: undefined,
  };
}

/** The envelope with one signature in it. */
export function sealed(signature: string, timestamp: string, envelope: Envelope): string {
  if (!('fields' in envelope)) return envelope.prefix + signature;
  const pair = `${envelope.signature}=${signature}`;
  if (envelope.timestamp === undefined) return pair;
  return `${envelope.timestamp}=${timestamp}${envelope.fields.trimEnd() === '' ? ' ' : envelope.fields}${pair}`;
}
