import { defineProvider } from '../core/define-provider.ts';
import { emptyReply, textReply } from '../core/handshake-replies.ts';
import type { Handshake } from '../core/provider.ts';
import type { SchemeContext } from '../core/scheme.ts';
import { valueAt } from '../request/locator.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';
import { hmac } from '../schemes/hmac.ts';

const source = 'https://developers.facebook.com/docs/graph-api/webhooks/getting-started';

/** Signed with the app's secret. The raw bytes are signed, so JSON that is serialised again does not match. */
const scheme = hmac({
  at: 'header:X-Hub-Signature-256',
  envelope: { prefix: 'sha256=' },
  encoding: 'hex',
  legacy: [
    { at: 'header:X-Hub-Signature', envelope: { prefix: 'sha1=' }, encoding: 'hex', algorithm: 'sha1' },
  ],
});

/** Tests the verify token of the subscription; any matches if none is configured. */
export function verifyTokenMatches(token: string | undefined, { options, secrets }: SchemeContext): boolean {
  const { verifyToken } = options;
  return verifyToken === undefined || (token !== undefined && [verifyToken, ...secrets].includes(token));
}

const handshake: Handshake = {
  label: 'hub.challenge',
  reply(parsed: ParsedRequest, context) {
    const challenge = valueAt(parsed, 'query:hub.challenge');
    if (parsed.method !== 'GET' || challenge === undefined) return undefined;
    if (valueAt(parsed, 'query:hub.mode') !== 'subscribe') return undefined;
    const fits = verifyTokenMatches(valueAt(parsed, 'query:hub.verify_token'), context);
    return fits ? textReply(challenge) : emptyReply(403);
  },
};

export const whatsapp = defineProvider({
  name: 'whatsapp',
  title: 'WhatsApp',
  detect: ['json:object=whatsapp_business_account'],
  event: '{json:entry.0.changes.0.field}',
  eventId: [
    '{json:entry.0.changes.0.value.messages.0.id}',
    '{json:entry.0.changes.0.value.statuses.0.id}.{json:entry.0.changes.0.value.statuses.0.status}',
  ],
  freshIdAt: ['json:entry.0.changes.0.value.messages.0.id', 'json:entry.0.changes.0.value.statuses.0.id'],
  scheme,
  handshake,
  source,
});

export const instagram = defineProvider({
  name: 'instagram',
  title: 'Instagram',
  detect: [['json:object=instagram', 'json:entry.0.id']],
  event: ['{json:entry.0.changes.0.field}', '{json:object}'],
  eventId: '{json:entry.0.messaging.0.message.mid}',
  scheme,
  handshake,
  source,
});

export const meta = defineProvider({
  name: 'meta',
  title: 'Meta (Facebook, Messenger)',
  detect: [
    ['header:X-Hub-Signature-256', 'json:object', 'json:entry.0.id'],
    ['method=GET', 'query:hub.mode', 'query:hub.challenge', 'query:hub.verify_token', '!query:hub.topic'],
  ],
  event: ['{json:object}.{json:entry.0.changes.0.field}', '{json:object}'],
  eventId: '{json:entry.0.messaging.0.message.mid}',
  scheme,
  handshake,
  source,
});
