import { createHash } from 'node:crypto';
import { defineProvider } from '../core/define-provider.ts';
import type { Scheme } from '../core/scheme.ts';
import { invalid } from '../core/verdict.ts';
import { valueAt, withValueAt } from '../request/locator.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import { publicKeySignature } from '../schemes/public-key-signature.ts';
import type { SignatureValue } from '../signature/signature-format.ts';

const inputAt = 'header:Signature-Input';
const digestAt = 'header:Content-Digest';

/** HTTP Message Signatures (RFC 9421) over Content-Digest alone, as MailChannels makes them. */
function signedText(parsed: ParsedRequest): readonly Uint8Array[] | undefined {
  const input = valueAt(parsed, inputAt);
  const digest = valueAt(parsed, digestAt);
  const parameters = input === undefined ? undefined : /^[\w-]+=(\(.*)$/.exec(input)?.[1];
  if (parameters === undefined || digest === undefined || !parameters.startsWith('("content-digest")')) {
    return undefined;
  }
  return [Buffer.from(`"content-digest": ${digest}\n"@signature-params": ${parameters}`, 'utf8')];
}

function parseSignature(value: string): readonly SignatureValue[] {
  const signature = /^[\w-]+=:([\w+/=]+):$/.exec(value)?.[1];
  return signature === undefined ? [] : [{ signature, timestamp: undefined }];
}

const signature = publicKeySignature({
  algorithm: 'ed25519',
  at: 'header:Signature',
  encoding: 'base64',
  message: signedText,
  envelope: {
    parse: parseSignature,
    format: (text, _timestamp, before) => `${/^[\w-]+(?==)/.exec(before ?? '')?.[0] ?? 'sig_1'}=:${text}:`,
  },
});

const scheme: Scheme = {
  ...signature,
  kind: 'HTTP message signature (Ed25519)',
  toleranceMs: 300_000,
  signedAt(parsed) {
    const created = /;created=(\d+)/.exec(valueAt(parsed, inputAt) ?? '')?.[1];
    return created === undefined ? undefined : Number(created) * 1000;
  },
  verify(parsed, context) {
    const verdict = signature.verify(parsed, context);
    if (verdict.result !== 'valid') return verdict;
    const digest = createHash('sha256').update(parsed.body).digest('base64');
    if (valueAt(parsed, digestAt) !== `sha-256=:${digest}:`) {
      return invalid('mismatch', 'the signature is valid, but Content-Digest does not match the body');
    }
    const signedAt = scheme.signedAt?.(parsed);
    if (signedAt === undefined) return invalid('malformed', 'the timestamp cannot be read');
    const ageMs = context.now - signedAt;
    if (ageMs > 300_000) return invalid('too-old', 'the signature is valid but older than 300 s');
    if (ageMs < -300_000) return invalid('in-the-future', 'the signature is valid but in the future');
    return verdict;
  },
  sign(request, context) {
    const digest = createHash('sha256').update(request.body).digest('base64');
    const created = Math.floor(context.now / 1000);
    const input = `sig_1=("content-digest");created=${created};alg="ed25519";keyid="test"`;
    const dated = [
      [inputAt, input],
      [digestAt, `sha-256=:${digest}:`],
    ].reduce((signed, [locator, value]) => withValueAt(signed, locator!, value!), request);
    return signature.sign!(dated, context);
  },
};

export const mailchannels = defineProvider({
  name: 'mailchannels',
  title: 'MailChannels',
  detect: [['header:Signature-Input', 'header:Signature', 'header:Content-Digest']],
  event: '{json:0.event}',
  eventId: ['{json:0.request_id}', '{json:0.smtp_id}'],
  scheme,
  note: 'the API returns the public key for the key id: set it as the secret',
  source: 'https://docs.mailchannels.net/email-api/advanced/webhooks/',
});
