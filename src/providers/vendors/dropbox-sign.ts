import { defineProvider } from '../core/define-provider.ts';
import { textReply } from '../core/handshake-replies.ts';
import { hmac } from '../schemes/hmac.ts';

const eventAt = 'form:json>event';

/** The hash covers only time and type of the event. The reply to each delivery must be this text. */
export const dropboxSign = defineProvider({
  name: 'dropbox-sign',
  title: 'Dropbox Sign',
  detect: [[`${eventAt}.event_hash`, `${eventAt}.event_type`]],
  event: `{${eventAt}.event_type}`,
  eventId: `{${eventAt}.event_hash}`,
  scheme: hmac({
    at: `${eventAt}.event_hash`,
    encoding: 'hex',
    message: `{timestamp}{${eventAt}.event_type}`,
    clock: { at: `${eventAt}.event_time`, unit: 's' },
  }),
  handshake: {
    label: 'callback test',
    reply(parsed) {
      const text = parsed.form()?.get('json');
      return text?.includes('"callback_test"') ? textReply('Hello API Event Received') : undefined;
    },
  },
  note: 'the contents are not signed; the reply to each delivery must be Hello API Event Received',
  source: 'https://developers.hellosign.com/docs/events/walkthrough',
  evidence: 'vector',
});
