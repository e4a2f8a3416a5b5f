import { defineProvider } from '../core/define-provider.ts';
import { emptyReply, jsonReply } from '../core/handshake-replies.ts';
import { valueAtPath } from '../request/locator.ts';
import { publicKeySignature } from '../schemes/public-key-signature.ts';

const scheme = publicKeySignature({
  algorithm: 'ed25519',
  at: 'header:X-Signature-Ed25519',
  encoding: 'hex',
  message: '{timestamp}{body}',
  clock: { at: 'header:X-Signature-Timestamp', unit: 's' },
});

export const discord = defineProvider({
  name: 'discord',
  title: 'Discord',
  detect: ['header:X-Signature-Ed25519'],
  event: ['{json:event.type}', 'interaction.{json:type}'],
  eventId: '{json:id}',
  scheme,
  handshake: {
    label: 'ping',
    reply(parsed, context) {
      const body = parsed.json();
      const type = valueAtPath(body, 'type');
      const isPing = (type === 1 || type === 0) && valueAtPath(body, 'event') === undefined;
      if (!isPing || parsed.header('X-Signature-Ed25519').length === 0) return undefined;
      // Discord also sends forged pings, and removes a URL that does not reject them.
      if (scheme.verify(parsed, context).result !== 'valid') return emptyReply(401);
      return type === 1 ? jsonReply({ type: 1 }) : emptyReply(204);
    },
  },
  replyDeadlineMs: 3000,
  source: 'https://docs.discord.com/developers/interactions/overview',
  evidence: 'sdk',
});
