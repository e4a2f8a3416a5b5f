import { expect, test } from 'vitest';
import { factsAToL } from '../../test/providers/facts-a-l.ts';
import { factsMToZ } from '../../test/providers/facts-m-z.ts';
import { familyCases } from '../../test/providers/family-cases.ts';
import { bodyTokenCases, jwtCases } from '../../test/providers/jwt-cases.ts';
import { caseOf, type SignedCase } from '../../test/providers/signed-fact.ts';
import { specialCases } from '../../test/providers/special-cases.ts';
import { tokenCases } from '../../test/providers/token-cases.ts';
import { createProviderIndex } from './core/provider-index.ts';
import type { Verdict } from './core/verdict.ts';
import { providers } from './index.ts';
import { parseLazily, type SignableRequest } from './request/parsed-request.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const index = createProviderIndex(providers);

const cases: readonly SignedCase[] = [
  ...[...factsAToL, ...factsMToZ].map(caseOf),
  ...familyCases,
  ...tokenCases,
  ...jwtCases,
  ...bodyTokenCases,
  ...specialCases,
];

function verdictOf(
  each: SignedCase,
  request: SignableRequest,
  change: { secret?: string; now?: number } = {},
): Verdict {
  const scheme = index.byName(each.name)!.scheme;
  const context = {
    secrets: [change.secret ?? each.secret],
    options: each.options ?? {},
    now: change.now ?? now,
  };
  return scheme.verify(parseLazily(request), context);
}

function withByteChanged(
  request: SignableRequest,
  index = Math.floor(request.body.length / 2),
): SignableRequest {
  const body = Buffer.from(request.body);
  body[index]! ^= 1;
  return { ...request, body };
}

function without(request: SignableRequest, header: string): SignableRequest {
  const lower = header.toLowerCase();
  return { ...request, headers: request.headers.filter(([name]) => name.toLowerCase() !== lower) };
}

function withDuplicate(request: SignableRequest, header: string): SignableRequest {
  const lower = header.toLowerCase();
  return {
    ...request,
    headers: request.headers.flatMap((each) => (each[0].toLowerCase() === lower ? [each, each] : [each])),
  };
}

test.each(cases.map((each) => [each.name, each] as const))('%s', (name, each) => {
  const provider = index.byName(name);
  expect(provider, 'is in the catalogue').toBeDefined();
  const request = each.signed(now);

  // If nothing in a request identifies its sender, its family is shown.
  const expected = provider!.detect.length > 0 ? name : provider!.family;
  expect(index.detect(parseLazily(request))?.name, 'is detected').toBe(expected);

  expect(verdictOf(each, request)).toMatchObject({ result: 'valid', secretIndex: 0 });
  expect(verdictOf(each, request, { secret: each.otherSecret }).code).toBe('mismatch');
  if (!each.bodyUnsigned) expect(verdictOf(each, withByteChanged(request)).result).not.toBe('valid');

  if (each.toleranceMs !== undefined) {
    const late = { now: now + each.toleranceMs + 2000 };
    expect(verdictOf(each, request, late).code).toBe('too-old');
    expect(verdictOf(each, request, { now: now + each.toleranceMs - 2000 }).result).toBe('valid');
  }

  if (each.header !== undefined) {
    const code = verdictOf(each, without(request, each.header)).code;
    expect(code).toBe(each.codeWithoutSignature ?? 'no-signature');
    if (!each.mayRepeat)
      expect(verdictOf(each, withDuplicate(request, each.header)).code).toBe('duplicate-signature');
    const altered = request.headers.map(
      ([field, value]) =>
        [field, field.toLowerCase() === each.header!.toLowerCase() ? alteredText(value) : value] as const,
    );
    expect(verdictOf(each, { ...request, headers: altered }).result).not.toBe('valid');
  }

  if (each.unsignable) return;
  const later = now + 86_400_000;
  const context = { secrets: [each.signingSecret ?? each.secret], options: each.options ?? {}, now: later };
  const again = provider!.scheme.sign!(request, context);
  expect(each.accepts(again), 'what we sign is accepted').toBe(true);
  expect(verdictOf(each, again, { now: later }).result).toBe('valid');
});

/** Changes one character in the middle of the last run of letters and digits. */
function alteredText(value: string): string {
  const run = /[A-Za-z0-9+/_-]{5,}=*[":]*(?:, (?:t|env|headers)=.*)?$/.exec(value);
  const at = run ? run.index + 2 : value.length - 1;
  return value.slice(0, at) + (value[at] === '0' ? '1' : '0') + value.slice(at + 1);
}

test('at least 200 providers have a contract, and those without one are unconfirmed', () => {
  const covered = new Set(cases.map(({ name }) => name));
  expect(covered.size).toBeGreaterThanOrEqual(200);
  // The provider described by options has its own test.
  const signing = providers.filter(({ name, scheme }) => name !== 'hmac' && scheme.needs !== 'nothing');
  const uncovered = signing.filter(({ name }) => !covered.has(name));
  expect(uncovered.filter(({ evidence }) => evidence !== 'unconfirmed').map(({ name }) => name)).toEqual([]);
  expect(uncovered.map(({ name }) => name)).toEqual(['datadog', 'new-relic']);
});

test('every time limit is tested', () => {
  const dated = new Set(cases.filter(({ toleranceMs }) => toleranceMs !== undefined).map(({ name }) => name));
  const limited = providers.filter(({ scheme }) => scheme.toleranceMs !== undefined);
  expect(limited.filter(({ name }) => !dated.has(name)).map(({ name }) => name)).toEqual([]);
});

test('names are unique, and every family is in the list', () => {
  const names = providers.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  for (const { family } of providers) expect(names).toContain(family ?? names[0]);
  for (const { name, source } of providers) expect([name, URL.canParse(source)]).toEqual([name, true]);
});
