import { createHash } from 'node:crypto';
import { defineProvider } from '../core/define-provider.ts';
import { valueAt } from '../request/locator.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import { publicKeySignature } from '../schemes/public-key-signature.ts';
import type { SignatureValue } from '../signature/signature-format.ts';

const at = 'header:Keygen-Signature';

/** The signed text: request line, host, date and the digest of the received body, a line each. */
function signedText(parsed: ParsedRequest): readonly Uint8Array[] | undefined {
  const path = valueAt(parsed, 'path');
  const host = valueAt(parsed, 'header:Host') ?? parsed.parsedUrl()?.host;
  const date = valueAt(parsed, 'header:Date');
  if (path === undefined || host === undefined || date === undefined) return undefined;
  const digest = createHash('sha256').update(parsed.body).digest('base64');
  const lines = [
    `(request-target): ${parsed.method.toLowerCase()} ${path}`,
    `host: ${host}`,
    `date: ${date}`,
    `digest: sha-256=${digest}`,
  ];
  return [Buffer.from(lines.join('\n'), 'utf8')];
}

function parseSignature(value: string): readonly SignatureValue[] {
  const signature = /(?:^|,\s*)signature="([^"]+)"/.exec(value)?.[1];
  return signature === undefined ? [] : [{ signature, timestamp: undefined }];
}

export const keygen = defineProvider({
  name: 'keygen',
  title: 'Keygen',
  event: '{json:data.attributes.event}',
  eventId: '{json:data.id}',
  scheme: publicKeySignature({
    algorithm: 'ed25519',
    at,
    encoding: 'base64',
    message: signedText,
    signsUrl: true,
    clock: { at: 'header:Date', unit: 'http', tolerance: 300 },
    envelope: {
      parse: parseSignature,
      format: (signature) =>
        `keyid="test", algorithm="ed25519", signature="${signature}", headers="(request-target) host date digest"`,
    },
  }),
  note: 'accounts can use other algorithms, which are not checked',
  source: 'https://keygen.sh/docs/api/signatures/',
});
