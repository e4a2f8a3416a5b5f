import { defineProvider } from '../core/define-provider.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import { publicKeySignature } from '../schemes/public-key-signature.ts';

const at = 'form:p_signature';

/** The other fields, sorted by name, as PHP's serialize() writes an array of strings: lengths count bytes. */
function serialized(parsed: ParsedRequest): readonly Uint8Array[] | undefined {
  const form = parsed.form();
  if (!form) return undefined;
  const fields = [...form].filter(([name]) => name !== 'p_signature');
  fields.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  const text = fields.map(([name, value]) => `${serializedText(name)}${serializedText(value)}`).join('');
  return [Buffer.from(`a:${fields.length}:{${text}}`, 'utf8')];
}

function serializedText(text: string): string {
  return `s:${Buffer.byteLength(text, 'utf8')}:"${text}";`;
}

export const paddleClassic = defineProvider({
  name: 'paddle-classic',
  title: 'Paddle Classic',
  detect: [['form:p_signature', 'form:alert_name']],
  event: '{form:alert_name}',
  eventId: '{form:alert_id}',
  scheme: publicKeySignature({ algorithm: 'rsa-sha1', at, encoding: 'base64', message: serialized }),
  source: 'https://developer.paddle.com/classic/webhooks/verifying-webhooks',
});
