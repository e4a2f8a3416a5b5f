import { defineProvider } from '../core/define-provider.ts';
import { choice } from '../schemes/choice.ts';
import { hmac } from '../schemes/hmac.ts';
import { strongest } from '../schemes/strongest.ts';

/** Escapes that the documentation decodes in the URL before signing; the official library does not. */
function decodedAddress(url: string): string {
  return url.replace(/%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi, (code) => decodeURIComponent(code));
}

const v3 = {
  at: 'header:X-HubSpot-Signature-v3',
  encoding: 'base64',
  clock: { at: 'header:X-HubSpot-Request-Timestamp', unit: 'ms', tolerance: 300 },
} as const;

const old = { at: 'header:X-HubSpot-Signature', encoding: 'hex', hash: true } as const;

/** The newest version of the signature counts. Versions 1 and 2 are plain hashes after the secret. */
export const hubspot = defineProvider({
  name: 'hubspot',
  title: 'HubSpot',
  detect: ['header:X-HubSpot-Signature-v3', 'header:X-HubSpot-Signature'],
  event: ['{json:0.subscriptionType}', '{json:subscriptionType}'],
  eventId: ['{json:0.eventId}', '{json:callbackId}'],
  scheme: strongest([
    hmac({
      ...v3,
      message: '{method}{url}{body}{timestamp}',
      legacy: [
        {
          ...v3,
          message: (parsed, { timestamp }) => [
            Buffer.from(parsed.method + decodedAddress(parsed.url), 'utf8'),
            parsed.body,
            Buffer.from(timestamp ?? '', 'utf8'),
          ],
        },
      ],
    }),
    choice(
      [
        {
          when: 'header:X-HubSpot-Signature-Version=v2',
          scheme: hmac({ ...old, message: '{secret}{method}{url}{body}' }),
        },
      ],
      hmac({ ...old, message: '{secret}{body}' }),
    ),
  ]),
  source:
    'https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation',
  evidence: 'vector',
});
