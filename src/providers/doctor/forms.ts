import { parseLazily, type SignableRequest, utf8 } from '../request/parsed-request.ts';
import type { Hypothesis } from './diagnosis.ts';
import { jsonForms } from './json-forms.ts';

/** Forms that may have been converted to JSON after they were signed, or JSON to forms. */
export function* formHypotheses(request: SignableRequest): Generator<Hypothesis> {
  const body = utf8(request.body);
  const before = (cause: string, message: string, hint: string, text: string): Hypothesis => ({
    cause,
    message,
    hint,
    request: { ...request, body: Buffer.from(text) },
  });
  const decoded = "Sign and verify the field's value, or have the sender use application/json.";
  for (const { name, text } of jsonFields(request, body)) {
    yield before(
      'form-decoded',
      `The whole form was verified, but the decoded field \`${name}\` was signed.`,
      decoded,
      text,
    );
    for (const form of jsonForms(Buffer.from(text))) {
      const message = `The whole form was verified, but the field \`${name}\` was signed as ${form.description}.`;
      yield before('form-decoded', message, decoded, form.text);
    }
  }
  const raw =
    'Something between the sender and this listener decoded it. Verify the bytes exactly as they were sent.';
  for (const text of reencodedForms(body)) {
    yield before('form-re-encoded', 'The form was decoded and encoded again.', raw, text);
  }
  for (const value of fieldsAsJson(body)) {
    for (const form of jsonForms(Buffer.from(value))) {
      yield before(
        'json-to-form',
        `The signature is valid for ${form.description}, but the body arrived as a form.`,
        raw,
        form.text,
      );
    }
  }
  for (const text of jsonAsForms(body))
    yield before('form-to-json', 'A form was signed, but the body arrived as JSON.', raw, text);
}

/** Returns the fields of a form that contain JSON, `payload` first. */
function jsonFields(
  request: SignableRequest,
  body: string,
): { readonly name: string; readonly text: string }[] {
  const form =
    parseLazily(request).form() ?? (/^[\w.%[\]+-]+=/.test(body) ? new URLSearchParams(body) : undefined);
  const fields = [...(form ?? [])].map(([name, text]) => ({ name, text }));
  return fields
    .filter(({ text }) => /^\s*[{[]/.test(text))
    .sort((one, other) => Number(other.name === 'payload') - Number(one.name === 'payload'))
    .slice(0, 3);
}

type Encode = (text: string) => string;

const percent: Encode = (text) => encodeURIComponent(text.toWellFormed());
const strict: Encode = (text) =>
  percent(text).replace(/[!'()*]/g, (unit) => `%${unit.charCodeAt(0).toString(16).toUpperCase()}`);

/** Encodings of forms: HTML, JavaScript, RFC 3986, each with `+` or `%20`, in either case. */
const encoders: readonly Encode[] = [
  (text: string) => new URLSearchParams([['', text]]).toString().slice(1),
  percent,
  strict,
].flatMap((encode) => {
  const spaced: Encode[] = [
    (text) => encode(text).replaceAll('%20', '+'),
    (text) => encode(text).replaceAll('+', '%20'),
  ];
  return spaced.flatMap((each): Encode[] => [
    each,
    (text) => each(text).replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase()),
  ]);
});

function* distinct(texts: Iterable<string>, known: string): Generator<string> {
  const seen = new Set([known]);
  for (const text of texts) {
    if (seen.has(text)) continue;
    seen.add(text);
    yield text;
  }
}

function written(pairs: readonly (readonly [string, string])[], encode: Encode): string {
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
}

function reencodedForms(body: string): Iterable<string> {
  if (!/^[^\s{[<]+=/.test(body)) return [];
  const pairs = [...new URLSearchParams(body)];
  return distinct(
    encoders.map((encode) => written(pairs, encode)),
    body,
  );
}

/** Writes the fields of a form as a JSON object: all as strings, then numbers and literals as such. */
function* fieldsAsJson(body: string): Generator<string> {
  if (!/^[^\s{[<]+=/.test(body)) return;
  const pairs = [...new URLSearchParams(body)];
  if (pairs.length === 0 || pairs.length > 200) return;
  const text = (typed: boolean) =>
    `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${typed && isLiteral(value) ? value : JSON.stringify(value)}`).join(',')}}`;
  yield* distinct([text(false), text(true)], '');
}

function isLiteral(value: string): boolean {
  return /^(-?(0|[1-9]\d*)(\.\d+)?|true|false|null)$/.test(value);
}

/** Larger JSON is not written as a form, since encoding is slow. */
const maxEncodedLength = 128 * 1024;

/** Writes JSON as the field `payload` of a form, or its members as fields. */
function jsonAsForms(body: string): Iterable<string> {
  if (body.length > maxEncodedLength) return [];
  let value: unknown;
  let compact = '';
  try {
    value = JSON.parse(body);
    compact = JSON.stringify(value);
  } catch {
    return [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const texts = [...new Set([body, compact])];
  const wrapped = ['payload', 'data', 'json'].flatMap((name) => texts.map((text) => [[name, text]] as const));
  const members = (['brackets', 'dots'] as const).map((style) => [...pairsOf(value, '', style)]);
  return distinct(formsOf([...wrapped, ...members.filter((pairs) => pairs.length > 0)]), body);
}

function* formsOf(lists: readonly (readonly (readonly [string, string])[])[]): Generator<string> {
  for (const pairs of lists) {
    for (const encode of encoders) {
      yield written(pairs, encode);
      // Brackets are often not encoded.
      yield written(pairs, (text) => encode(text).replace(/%5b/gi, '[').replace(/%5d/gi, ']'));
    }
  }
}

const maxMembers = 500;

function* pairsOf(
  value: object,
  path: string,
  style: 'brackets' | 'dots',
): Generator<readonly [string, string]> {
  const open: { readonly at: string; readonly value: unknown }[] = [{ at: path, value }];
  let count = 0;
  while (open.length > 0) {
    const { at, value: next } = open.shift()!;
    if (++count > maxMembers) return;
    if (typeof next !== 'object' || next === null) {
      yield [at, next === null ? '' : String(next)];
      continue;
    }
    const inside = Object.entries(next)
      .slice(0, maxMembers)
      .map(([name, each]) => ({
        at: at === '' ? name : style === 'dots' ? `${at}.${name}` : `${at}[${name}]`,
        value: each as unknown,
      }));
    open.unshift(...inside);
  }
}
