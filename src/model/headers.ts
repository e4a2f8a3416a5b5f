/** One header field as it stood on the wire: latin1 text, one character a byte, case kept. */
export type Header = readonly [name: string, value: string];

/** Header fields in the order they arrived, repeats kept. */
export type HeaderList = readonly Header[];

/** Pairs from Node's flat `rawHeaders` (`[name, value, name, value, …]`). */
export function headersFromFlat(flat: readonly string[]): HeaderList {
  const headers: Header[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) headers.push([flat[index]!, flat[index + 1]!]);
  return headers;
}

/** The flat array that Node and undici take, order and repeats kept. */
export function flatFromHeaders(headers: HeaderList): string[] {
  const flat: string[] = [];
  for (const [name, value] of headers) flat.push(name, value);
  return flat;
}

/** Every value of a field, in order; names compare without case (RFC 9110 5.1). */
export function headerValues(headers: HeaderList, name: string): string[] {
  const wanted = name.toLowerCase();
  return headers.filter(([candidate]) => candidate.toLowerCase() === wanted).map(([, value]) => value);
}

/** The first value of a field, or undefined. */
export function headerValue(headers: HeaderList, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.find(([candidate]) => candidate.toLowerCase() === wanted)?.[1];
}

/** Fields that concern one connection only (RFC 9110 7.6.1); `Connection` may name more. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);

/** Headers that frame a message: every hop writes its own. */
const framing = new Set(['content-length', 'transfer-encoding', 'trailer']);

/** The fields that travel end to end: without hop-by-hop fields and those that `Connection` names. */
export function endToEnd(headers: HeaderList): HeaderList {
  let named: Set<string> | undefined;
  for (const [name, value] of headers) {
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue;
    named ??= new Set();
    for (const token of value.split(',')) named.add(token.trim().toLowerCase());
  }
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !hopByHop.has(lower) && !named?.has(lower);
  });
}

/** `headers` without the fields that frame a message. */
export function withoutFraming(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => !framing.has(name.toLowerCase()));
}

/** `headers` with every field of this name taken out. */
export function withoutHeader(headers: HeaderList, name: string): HeaderList {
  const unwanted = name.toLowerCase();
  return headers.filter(([candidate]) => candidate.toLowerCase() !== unwanted);
}
