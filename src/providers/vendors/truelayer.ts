import { row } from '../core/define-provider.ts';
import { valueAt } from '../request/locator.ts';
import type { Reading } from '../request/parsed-request.ts';
import { detachedJws } from '../schemes/detached-jws.ts';
import { jwsParts } from '../signature/jws.ts';
import { type KeySource, keysOption } from '../signature/key-source.ts';

const at = 'header:Tl-Signature';

const keyAddresses = [
  'https://webhooks.truelayer.com/.well-known/jwks',
  'https://webhooks.truelayer-sandbox.com/.well-known/jwks',
];

/** The signature names where its key is; only these two addresses are TrueLayer's. */
const keys: KeySource = {
  fetchable(reading) {
    const named = jwsParts(valueAt(reading, at) ?? '')?.header.jku;
    const url = keyAddresses.find((each) => each === named);
    return url === undefined ? undefined : { url, option: keysOption };
  },
};

/** Method and path, the headers that the signature lists, and the body. */
function payload(reading: Reading, header: Readonly<Record<string, unknown>>): Uint8Array | undefined {
  const path = valueAt(reading, 'path');
  const listed = typeof header.tl_headers === 'string' ? header.tl_headers.split(',').filter(Boolean) : [];
  const values = listed.map((name) => [name, reading.header(name)[0]] as const);
  if (path === undefined || values.some(([, value]) => value === undefined)) return undefined;
  const lines = values.map(([name, value]) => `${name}: ${value}\n`).join('');
  return Buffer.concat([Buffer.from(`${reading.method} ${path}\n${lines}`, 'utf8'), reading.body]);
}

export const truelayer = row({
  name: 'truelayer',
  title: 'TrueLayer',
  event: '{json:type}',
  eventId: '{json:event_id}',
  scheme: detachedJws({
    at,
    algorithm: 'ES512',
    payload,
    signsUrl: true,
    header: { kid: 'test', tl_version: '2', tl_headers: 'X-TL-Webhook-Timestamp' },
    keys,
  }),
  source: 'https://github.com/TrueLayer/truelayer-signing',
  evidence: 'vector',
});
