import { row } from '../core/define-provider.ts';
import { emptyAnswer, jsonAnswer } from '../core/handshake-replies.ts';
import { at } from '../request/locator.ts';
import { publicKeySignature } from '../schemes/public-key-signature.ts';

const scheme = publicKeySignature({
  algorithm: 'ed25519',
  at: 'header:X-Signature-Ed25519',
  encoding: 'hex',
  message: '{timestamp}{body}',
  clock: { at: 'header:X-Signature-Timestamp', unit: 's' },
});

export const discord = row({
  name: 'discord',
  title: 'Discord',
  detect: ['header:X-Signature-Ed25519'],
  event: ['{json:event.type}', 'interaction.{json:type}'],
  eventId: '{json:id}',
  scheme,
  handshake: {
    called: 'ping',
    answer(reading, context) {
      const body = reading.json();
      const type = at(body, 'type');
      const isPing = (type === 1 || type === 0) && at(body, 'event') === undefined;
      if (!isPing || reading.header('X-Signature-Ed25519').length === 0) return undefined;
      // Discord sends forged pings too, and drops an address that does not refuse them.
      if (scheme.verify(reading, context).result !== 'valid') return emptyAnswer(401);
      return type === 1 ? jsonAnswer({ type: 1 }) : emptyAnswer(204);
    },
  },
  replyDeadlineMs: 3000,
  source: 'https://docs.discord.com/developers/interactions/overview',
  evidence: 'sdk',
});
