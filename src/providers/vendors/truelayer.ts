import { defineProvider } from '../core/define-provider.ts';
import { valueAt } from '../request/locator.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import { detachedJws } from '../schemes/detached-jws.ts';
import { parseJws } from '../signature/jws.ts';
import { type KeySource, keysOption } from '../signature/key-source.ts';

const at = 'header:Tl-Signature';

const keyAddresses = [
  'https://webhooks.truelayer.com/.well-known/jwks',
  'https://webhooks.truelayer-sandbox.com/.well-known/jwks',
];

/** The signature names the URL of its key; only these two belong to TrueLayer. */
const keys: KeySource = {
  fetchable(parsed) {
    const named = parseJws(valueAt(parsed, at) ?? '')?.header.jku;
    const url = keyAddresses.find((each) => each === named);
    return url === undefined ? undefined : { url, option: keysOption };
  },
};

/** The signed payload: method and path, the headers that the signature lists, and the body. */
function payload(parsed: ParsedRequest, header: Readonly<Record<string, unknown>>): Uint8Array | undefined {
  const path = valueAt(parsed, 'path');
  const listed = typeof header.tl_headers === 'string' ? header.tl_headers.split(',').filter(Boolean) : [];
  const values = listed.map((name) => [name, parsed.header(name)[0]] as const);
  if (path === undefined || values.some(([, value]) => value === undefined)) return undefined;
  const lines = values.map(([name, value]) => `${name}: ${value}\n`).join('');
  return Buffer.concat([Buffer.from(`${parsed.method} ${path}\n${lines}`, 'utf8'), parsed.body]);
}

export const truelayer = defineProvider({
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
