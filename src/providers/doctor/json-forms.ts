import { utf8 } from '../incoming.ts';

export interface JsonForm {
  /** Who writes it so, for people. */
  readonly how: string;
  readonly text: string;
}

/** A JSON body as the usual writers would have written it; none where it is not JSON, or nested beyond the stack. */
export function* jsonForms(body: Uint8Array): Generator<JsonForm> {
  try {
    yield* formsOf(JSON.parse(utf8(body)));
  } catch (error) {
    // Whoever sent that has not had it written anew by a usual writer.
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
  }
}

function* formsOf(value: unknown): Generator<JsonForm> {
  const compact = JSON.stringify(value);
  yield { how: 'compact JSON, as JavaScript writes it', text: compact };
  yield { how: 'compact JSON with a newline', text: `${compact}\n` };
  for (const indent of [2, 4, '\t']) {
    const width = typeof indent === 'number' ? `${indent} spaces` : 'tabs';
    yield { how: `JSON indented by ${width}`, text: JSON.stringify(value, null, indent) };
    yield {
      how: `JSON indented by ${width}, with a newline`,
      text: `${JSON.stringify(value, null, indent)}\n`,
    };
  }
  const spaced = withSpaces(value);
  yield { how: 'JSON with a space after commas and colons, as Python writes it', text: ascii(spaced) };
  yield { how: 'JSON with a space after commas and colons', text: spaced };
  yield {
    how: 'compact JSON with escaped slashes, as PHP writes it',
    text: ascii(compact.replaceAll('/', '\\/')),
  };
  yield { how: 'compact JSON with escaped slashes', text: compact.replaceAll('/', '\\/') };
  yield { how: 'compact JSON in ASCII', text: ascii(compact) };
  yield { how: 'compact JSON with <, > and & escaped, as Go writes it', text: escapedHtml(compact) };
  yield { how: 'compact JSON with its keys sorted', text: JSON.stringify(sorted(value)) };
}

function withSpaces(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(withSpaces).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, each]) => `${JSON.stringify(key)}: ${withSpaces(each)}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value);
}

function ascii(text: string): string {
  return text.replace(
    /[^\u0000-\u007f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function escapedHtml(text: string): string {
  return text.replace(/[<>&]/g, (unit) => `\\u00${unit.charCodeAt(0).toString(16)}`);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}
