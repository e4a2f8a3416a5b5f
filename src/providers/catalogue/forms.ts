import { defineProvider } from '../core/define-provider.ts';
import { headReply } from '../core/handshake-replies.ts';
import { hmac } from '../schemes/hmac.ts';
import { token } from '../schemes/token.ts';
import { unsigned } from '../schemes/unsigned.ts';

/** Forms and surveys. */
export const forms = [
  defineProvider({
    name: 'typeform',
    title: 'Typeform',
    detect: ['header:Typeform-Signature', ['json:event_type=form_response', 'json:form_response.form_id']],
    event: '{json:event_type}',
    eventId: '{json:event_id}',
    scheme: hmac({ at: 'header:Typeform-Signature', envelope: { prefix: 'sha256=' }, encoding: 'base64' }),
    replyDeadlineMs: 30_000,
    retries: 'after a 408, 423, 429 or 503 every 2 to 3 minutes for 10 hours',
    source: 'https://www.typeform.com/developers/webhooks/secure-your-webhooks/',
    deliverySource: 'https://www.typeform.com/developers/webhooks/',
  }),
  defineProvider({
    name: 'tally',
    title: 'Tally',
    detect: ['header:Tally-Signature', ['json:eventType=FORM_RESPONSE', 'json:data.formId']],
    event: '{json:eventType}',
    eventId: '{json:eventId}',
    scheme: hmac({ at: 'header:Tally-Signature', encoding: 'base64' }),
    source: 'https://tally.so/help/webhooks',
  }),
  defineProvider({
    name: 'surveymonkey',
    title: 'SurveyMonkey',
    event: '{json:event_type}',
    eventId: '{json:event_id}',
    scheme: hmac({ at: 'header:Sm-Signature', algorithm: 'sha1', encoding: 'base64' }),
    note: 'the secret is CLIENT_ID&CLIENT_SECRET',
    handshake: { label: 'HEAD', reply: headReply, anonymous: true },
    source: 'https://github.com/SurveyMonkey/public_api_docs',
  }),
  defineProvider({
    name: 'formstack',
    title: 'Formstack',
    detect: ['header:X-FS-Signature=sha256=*'],
    eventId: '{json:UniqueID}',
    scheme: hmac({ at: 'header:X-FS-Signature', envelope: { prefix: 'sha256=' }, encoding: 'hex' }),
    source: 'https://developers.formstack.com/docs/webhook-setup',
  }),
  defineProvider({
    name: 'framer',
    title: 'Framer',
    detect: ['header:Framer-Signature'],
    event: [],
    eventId: '{header:Framer-Webhook-Submission-Id}',
    scheme: hmac({
      at: 'header:Framer-Signature',
      envelope: { prefix: 'sha256=' },
      encoding: 'hex',
      message: '{body}{header:Framer-Webhook-Submission-Id}',
    }),
    source: 'https://www.framer.com/help/articles/how-to-use-webhooks-with-forms/',
  }),
  defineProvider({
    name: 'wufoo',
    title: 'Wufoo',
    detect: [['form:HandshakeKey', 'form:EntryId']],
    eventId: '{form:EntryId}',
    scheme: token({ at: 'form:HandshakeKey' }),
    source: 'https://wufoo.github.io/docs/#webhooks',
  }),
  defineProvider({
    name: 'jotform',
    title: 'Jotform',
    detect: [['form:rawRequest', 'form:formID', 'form:submissionID']],
    eventId: '{form:submissionID}',
    scheme: unsigned('Jotform does not sign requests'),
    source: 'https://www.jotform.com/help/245-how-to-setup-a-webhook-with-jotform/',
  }),
  defineProvider({
    name: 'fillout',
    title: 'Fillout',
    detect: [['json:formId', 'json:submission.submissionId']],
    eventId: '{json:submission.submissionId}',
    scheme: token({ at: 'header:Authorization', orOption: 'header' }),
    note: 'the header name is configurable: option header',
    source: 'https://www.fillout.com/help/webhook',
    evidence: 'unconfirmed',
  }),
];
