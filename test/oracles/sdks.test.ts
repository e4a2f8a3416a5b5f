import { describe, expect, test } from 'vitest';
import type { CapturedRequest } from '../../src/model/request.ts';
import { createAssessor, signableRequestOf } from '../../src/providers/assess.ts';
import type { Provider } from '../../src/providers/core/provider.ts';
import { providers } from '../../src/providers/index.ts';
import type { SignableRequest } from '../../src/providers/request/parsed-request.ts';
import { parseLazily } from '../../src/providers/request/parsed-request.ts';
import { samplesOf } from '../../src/providers/samples/index.ts';
import { freshAt, sampleBody } from '../../src/providers/samples/sample.ts';
import { aRequest } from '../support/builders.ts';
import { gateway, type Received, type Sdk, sdks } from '../support/sdks.ts';

const url = 'https://calm-fox-41.example/hooks?x=1';

function providerOf({ provider }: Sdk): Provider {
  return providers.find(({ name }) => name === provider)!;
}

/** A request of the provider: its sample if there is one. */
async function unsignedOf(sdk: Sdk): Promise<SignableRequest> {
  const made = sdk.event && (await samplesOf(sdk.provider))?.[sdk.event]?.(freshAt(Date.now()));
  if (made) return { method: 'POST', url, headers: made.headers, body: sampleBody(made) };
  if (sdk.provider === 'braintree') {
    const { bt_payload } = gateway().webhookTesting.sampleNotification('check', 'x');
    const body = new URLSearchParams({ bt_signature: 'none', bt_payload }).toString();
    const headers = [['Content-Type', 'application/x-www-form-urlencoded'] as const];
    return { method: 'POST', url, headers, body: Buffer.from(body) };
  }
  const headers = [
    ['Content-Type', 'application/json'],
    ['webhook-id', 'msg_1'],
  ] as const;
  return { method: 'POST', url, headers, body: Buffer.from('{"id":"1","type":"a.b","events":[]}') };
}

async function signedBy(sdk: Sdk, now = Date.now()): Promise<Received> {
  const context = { secrets: [sdk.key ?? sdk.secret], options: {}, now };
  const signed = providerOf(sdk).scheme.sign!(await unsignedOf(sdk), context);
  return { ...signed, body: Buffer.from(signed.body) };
}

function withOneByteChanged(received: Received): Received {
  const body = Buffer.from(received.body);
  // Changes a letter into a letter, so that JSON stays valid.
  const index = body.findLastIndex((byte) => byte >= 0x61 && byte <= 0x79);
  body[index]!++;
  return { ...received, body };
}

describe.each(sdks.map((sdk) => [sdk.package, sdk] as const))('%s', (_, sdk) => {
  test('accepts our signature, and rejects a changed byte', async () => {
    const received = await signedBy(sdk);
    expect(await sdk.accepts(received)).toBe(true);
    expect(await sdk.accepts(withOneByteChanged(received))).toBe(false);
  });

  test('gives the same result as we do', async () => {
    const received = await signedBy(sdk);
    const context = { secrets: [sdk.secret], options: {}, now: Date.now() };
    const { verify } = providerOf(sdk).scheme;
    expect(verify(parseLazily(received), context).result).toBe('valid');
    expect(verify(parseLazily(withOneByteChanged(received)), context).result).toBe('invalid');
  });

  if (sdk.refusesOld)
    test('rejects a week-old signature, as we do', async () => {
      const now = Date.now();
      const received = await signedBy(sdk, now - 7 * 86_400_000);
      expect(await sdk.accepts(received)).toBe(false);
      const context = { secrets: [sdk.secret], options: {}, now };
      expect(providerOf(sdk).scheme.verify(parseLazily(received), context).code).toBe('too-old');
    });

  if (sdk.signs)
    test('makes signatures that we accept', async () => {
      const now = Date.now();
      const { body } = await unsignedOf(sdk);
      const headers = await sdk.signs!(Buffer.from(body).toString(), now);
      const context = { secrets: [sdk.secret], options: {}, now };
      const parsed = parseLazily({ method: 'POST', url, headers, body });
      expect(providerOf(sdk).scheme.verify(parsed, context).result).toBe('valid');
    });
});

test('every request that an SDK accepts is detected as its provider or family', async () => {
  const assessor = createAssessor(providers);
  for (const sdk of sdks) {
    const { headers, body } = await signedBy(sdk);
    const request: CapturedRequest = aRequest({ headers, body, origin: 'https://calm-fox-41.example' });
    expect(signableRequestOf(request).headers).toEqual(headers);
    const found = assessor.assess(request, Date.now()).provider;
    expect([sdk.provider, providerOf(sdk).family]).toContain(found?.name);
  }
});

test('providers with evidence "sdk" are those tested here', () => {
  const judged = new Set(sdks.map(({ provider }) => provider));
  const claiming = providers.filter(({ evidence }) => evidence === 'sdk').map(({ name }) => name);
  expect(claiming.filter((name) => !judged.has(name))).toEqual([]);
  const silent = sdks.filter((sdk) => !['sdk', 'vector'].includes(providerOf(sdk).evidence));
  expect(silent.map(({ provider }) => provider)).toEqual([]);
});
