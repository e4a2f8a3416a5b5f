import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLazily } from '../request/parsed-request.ts';
import { sampleProviders, samplesOf } from '../samples/index.ts';
import { freshAt, sampleBody } from '../samples/sample.ts';
import { github } from '../vendors/github.ts';
import { diagnose } from './diagnose.ts';
import { jsonForms, maxForms } from './json-forms.ts';

const secret = 's3cret';

function causeOf(arrived: string | Uint8Array, signed: string, given = secret): string | undefined {
  const mac = createHmac('sha256', secret).update(signed).digest('hex');
  const request = {
    method: 'POST',
    url: 'http://localhost/',
    headers: [['X-Hub-Signature-256', `sha256=${mac}`]] as const,
    body: Buffer.from(arrived as string),
  };
  const context = { secrets: [given], options: {}, now: 0 };
  const verdict = github.scheme.verify(parseLazily(request), context);
  return verdict.result === 'valid'
    ? 'valid'
    : diagnose({ provider: github, request, context }, verdict)?.cause;
}

interface Writer {
  readonly step: string | undefined;
  readonly colon: string;
  readonly comma: string;
  readonly empty: 'closed' | 'stripe';
  readonly newline: string;
  readonly last: string;
  readonly escape: (text: string) => string;
}

/** Serialises JSON independently of the doctor. */
function written(value: unknown, description: Writer, depth = 0): string {
  const line = (at: number) =>
    description.step === undefined ? '' : description.newline + description.step.repeat(at);
  if (typeof value !== 'object' || value === null) return description.escape(JSON.stringify(value));
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const parts = Array.isArray(value)
    ? value.map((each) => written(each, description, depth + 1))
    : Object.entries(value).map(
        ([name, each]) =>
          description.escape(JSON.stringify(name)) +
          description.colon +
          written(each, description, depth + 1),
      );
  if (parts.length === 0) {
    if (description.empty === 'closed' || description.step === undefined) return `${open}${close}`;
    return open + (Array.isArray(value) ? description.newline : '') + line(depth) + close;
  }
  return open + line(depth + 1) + parts.join(description.comma + line(depth + 1)) + line(depth) + close;
}

const hexOf = (unit: string, upper: boolean) => {
  const hex = unit.charCodeAt(0).toString(16).padStart(4, '0');
  return `\\u${upper ? hex.toUpperCase() : hex}`;
};
/** A serialiser writes all escapes in one case, even those of control characters. */
const cased = (text: string, upper: boolean) =>
  upper
    ? text.replace(/\\(?:u([0-9a-f]{4})|.)/gs, (whole, hex?: string) =>
        hex ? `\\u${hex.toUpperCase()}` : whole,
      )
    : text;
const ascii = (upper: boolean) => (text: string) =>
  cased(text, upper).replace(/[^\u0000-\u007f]/g, (unit) => hexOf(unit, upper));
const slashes = (text: string) => text.replaceAll('/', '\\/');
const html = (upper: boolean) => (text: string) =>
  cased(text, upper).replace(/[<>&]/g, (unit) => hexOf(unit, upper));

const steps = [undefined, '  ', '    ', '\t', ' '];
const escapes: Readonly<Record<string, (text: string) => string>> = {
  none: (text) => text,
  '\\/': slashes,
  '\\u lower': ascii(false),
  '\\u upper': ascii(true),
  '\\/ and \\u lower': (text) => slashes(ascii(false)(text)),
  '\\/ and \\u upper': (text) => slashes(ascii(true)(text)),
  'html lower': html(false),
  'html upper': html(true),
  'everything, upper': (text) => slashes(html(true)(ascii(true)(text))),
};
const writer = fc
  .record({
    step: fc.constantFrom(...steps),
    colon: fc.constantFrom(':', ': '),
    comma: fc.constantFrom(',', ', '),
    empty: fc.constantFrom('closed' as const, 'stripe' as const),
    newline: fc.constantFrom('\n', '\r\n'),
    ends: fc.boolean(),
    escape: fc.constantFrom(...Object.values(escapes)),
  })
  .map(
    ({ ends, step, colon, comma, empty, ...rest }): Writer => ({
      ...rest,
      step,
      // In indented JSON, members are separated by line breaks.
      comma: step === undefined ? comma : ',',
      colon: step !== undefined && empty === 'stripe' ? ': ' : colon,
      empty,
      last: ends ? rest.newline : '',
    }),
  );

async function allSamples(): Promise<unknown[]> {
  const bodies: unknown[] = [];
  for (const name of sampleProviders) {
    for (const sample of Object.values((await samplesOf(name))!)) {
      const text = Buffer.from(sampleBody(sample(freshAt(0)))).toString();
      if (/^[{[]/.test(text)) bodies.push(JSON.parse(text));
    }
  }
  return bodies;
}

const text = (value: unknown, description: Writer) => written(value, description) + description.last;

describe('explains any layout, escape style and line ending', async () => {
  const samples = await allSamples();

  test('of any sample in any form', () => {
    expect(samples.length).toBeGreaterThan(20);
    fc.assert(
      fc.property(fc.constantFrom(...samples), writer, writer, (sample, sent, signed) => {
        const [arrived, original] = [text(sample, sent), text(sample, signed)];
        expect(causeOf(arrived, original)).toBeDefined();
      }),
      { numRuns: 60 },
    );
  });

  test('of arbitrary JSON', () => {
    const members = fc.dictionary(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.jsonValue({ maxDepth: 3 }),
      { maxKeys: 4 },
    );
    fc.assert(
      fc.property(members, writer, writer, (value, sent, signed) => {
        const [arrived, original] = [text(value, sent), text(value, signed)].map((each) =>
          Buffer.from(each).toString(),
        );
        expect(causeOf(arrived!, original!)).toBeDefined();
      }),
      { numRuns: 60 },
    );
  });

  test('does not explain a wrong secret or another body', () => {
    fc.assert(
      fc.property(fc.constantFrom(...samples.slice(0, 5)), writer, writer, (sample, sent, signed) => {
        expect(causeOf(text(sample, sent), text(sample, signed), 'wrong')).toBeUndefined();
      }),
      { numRuns: 3 },
    );
    expect(causeOf('{"a":1}', '{"a":2}')).toBeUndefined();
    expect(causeOf('{"a":"x"}', '{"a":"X"}')).toBeUndefined();
  });
});

/** The body that arrived, and the one that was signed. */
const cases: Readonly<Record<string, readonly [arrived: string, signed: string]>> = {
  'an empty object of Stripe': [
    '{"id":"evt_1","metadata":{}}',
    '{\n  "id": "evt_1",\n  "metadata": {\n  }\n}',
  ],
  'an empty list of Stripe': ['{"data":[],"m":{}}', '{\n  "data": [\n\n  ],\n  "m": {\n  }\n}'],
  'an empty list of Stripe, parsed and indented': ['{\n  "data": []\n}\n', '{\n  "data": [\n\n  ]\n}'],
  'a number with zeros': ['{"a": 1.50, "b": 1e3}', '{"a":1.50,"b":1e3}'],
  'a number too large for JavaScript': ['{ "id": 12345678901234567890 }', '{"id":12345678901234567890}'],
  'a number that was reformatted': ['{"a":1.0}', '{"a":1}'],
  'names that are numbers, in their order': ['{"b":1,"10":2,"9":3}', '{\n  "b": 1,\n  "10": 2,\n  "9": 3\n}'],
  'a duplicate name': ['{"a":1,"a":2}', '{"a": 1, "a": 2}'],
  'escapes kept if only the layout differs': ['{"a":"\\u00e9é\\/"}', '{"a": "\\u00e9é\\/"}'],
  'upper case escapes': ['{"a":"é/ü"}', '{"a":"\\u00E9/\\u00FC"}'],
  'PHP, indented': ['{"u":"https://x/é"}', '{\n    "u": "https:\\/\\/x\\/\\u00e9"\n}'],
  Rails: ['{"a":"<b>&"}', '{"a":"\\u003cb\\u003e\\u0026"}'],
  '.NET': ['{"a":"it\'s + é"}', '{"a":"it\\u0027s \\u002B \\u00E9"}'],
  Jackson: ['{"a":[1,{"b":[]}],"c":{}}', '{\n  "a" : [ 1, {\n    "b" : [ ]\n  } ],\n  "c" : { }\n}'],
  'a pair of surrogates': ['{"a":"👍"}', '{"a":"\\ud83d\\udc4d"}'],
  'keys sorted and escaped': ['{"b":"/","a":1}', '{"a":1,"b":"\\/"}'],
  'a byte order mark and another layout': ['\ufeff{"a": 1}', '{"a":1}'],
  'CRLF, indented, with a newline': ['{"a":1}', '{\r\n  "a": 1\r\n}\r\n'],
  'line endings of an unusual layout': ['{"a" :1,\n"b":[ ]}', '{"a" :1,\r\n"b":[ ]}'],
  'a list': ['[1,2,{}]', '[1, 2, {}]'],
};

test.each(Object.entries(cases))('%s', (_, [arrived, signed]) => {
  expect(causeOf(arrived, signed)).toMatch(/^(re-serialised|crlf-lost)$/);
});

describe('limits', () => {
  test('the number of forms of any body', () => {
    const rich = JSON.stringify({ a: [], b: {}, c: '</é👍&\'"+>', d: 1.0, e: { z: [{}], y: '/' } });
    const count = (body: string) => [...jsonForms(Buffer.from(body))].length;
    expect(count(rich)).toBeGreaterThan(1000);
    expect(count(rich)).toBeLessThanOrEqual(maxForms);
    expect(count('not json')).toBe(0);
    expect(count('"text"')).toBe(0);
  });

  test('the text made of a large body', () => {
    const large = JSON.stringify(
      Array.from({ length: 20_000 }, (_, index) => ({ index, text: 'é/<&>', none: [] })),
    );
    let length = 0;
    for (const { text: form } of jsonForms(Buffer.from(large))) length += form.length;
    expect(length).toBeLessThan(50 * 1024 * 1024);
  });

  test('does not indent deep nesting', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    for (const { text: form } of jsonForms(Buffer.from(deep))) expect(form.length).toBeLessThan(400_000);
  });
});
