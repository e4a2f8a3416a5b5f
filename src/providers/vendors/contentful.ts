import { defineProvider } from '../core/define-provider.ts';
import { valueAt } from '../request/locator.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import { hmac } from '../schemes/hmac.ts';

const namesAt = 'header:x-contentful-signed-headers';

/** The signed text: method, path, the listed headers and body, a line each. */
function signedText(parsed: ParsedRequest): readonly Uint8Array[] | undefined {
  const names = valueAt(parsed, namesAt)
    ?.split(',')
    .map((name) => name.trim().toLowerCase());
  const path = valueAt(parsed, 'path');
  if (!names || path === undefined) return undefined;
  const headers = [...names].sort().map((name) => `${name}:${parsed.header(name)[0] ?? ''}`);
  const query = path.indexOf('?');
  // The query is escaped as one value, then again with the path.
  const target = query < 0 ? path : `${path.slice(0, query)}?${encodeURIComponent(path.slice(query + 1))}`;
  const lines = `${parsed.method}\n${encodeURI(target)}\n${headers.join(';')}\n`;
  return [Buffer.from(lines, 'utf8'), parsed.body];
}

export const contentful = defineProvider({
  name: 'contentful',
  title: 'Contentful',
  detect: ['header:X-Contentful-Topic', 'header:x-contentful-signature'],
  event: '{header:X-Contentful-Topic}',
  eventId: '{header:X-Contentful-Idempotency-Key}',
  scheme: hmac({
    at: 'header:x-contentful-signature',
    encoding: 'hex',
    message: signedText,
    signsUrl: true,
    clock: { at: 'header:x-contentful-timestamp', unit: 'ms', tolerance: 30, futurePasses: true },
  }),
  source: 'https://www.contentful.com/developers/docs/webhooks/request-verification/',
});
