import type { Fresh, SampleRequest, Samples } from './sample.ts';

/** Forms of https://www.twilio.com/docs/usage/webhooks: messages, their status, voice calls. */
export const twilioSamples: Samples = {
  'message.received': (fresh) => {
    const sid = `SM${fresh.hex(32)}`;
    return form(fresh, {
      ...account(fresh),
      MessageSid: sid,
      SmsSid: sid,
      SmsMessageSid: sid,
      NumMedia: '0',
      NumSegments: '1',
      From: '+14158675310',
      To: '+15108675310',
      Body: 'Ahoy! Is 1 + 1 = 2?',
      SmsStatus: 'received',
      FromCountry: 'US',
    });
  },
  'message.sent': (fresh) => messageStatus(fresh, 'sent'),
  'message.delivered': (fresh) => messageStatus(fresh, 'delivered'),
  'message.failed': (fresh) => messageStatus(fresh, 'failed', { ErrorCode: '30003' }),
  'call.incoming': (fresh) => call(fresh, 'ringing', { Direction: 'inbound' }),
  'call.completed': (fresh) =>
    call(fresh, 'completed', { Direction: 'inbound', CallDuration: '42', Duration: '1' }),
  'recording.completed': (fresh) =>
    form(fresh, {
      ...account(fresh),
      CallSid: `CA${fresh.hex(32)}`,
      RecordingSid: `RE${fresh.hex(32)}`,
      RecordingStatus: 'completed',
      RecordingDuration: '17',
      RecordingChannels: '1',
      RecordingSource: 'RecordVerb',
    }),
};

function messageStatus(
  fresh: Fresh,
  status: string,
  more: Readonly<Record<string, string>> = {},
): SampleRequest {
  const sid = `SM${fresh.hex(32)}`;
  return form(fresh, {
    ...account(fresh),
    MessageSid: sid,
    SmsSid: sid,
    MessageStatus: status,
    SmsStatus: status,
    From: '+15108675310',
    To: '+14158675310',
    ...more,
  });
}

function call(fresh: Fresh, status: string, more: Readonly<Record<string, string>>): SampleRequest {
  return form(fresh, {
    ...account(fresh),
    CallSid: `CA${fresh.hex(32)}`,
    CallStatus: status,
    From: '+14158675310',
    To: '+15108675310',
    Caller: '+14158675310',
    Called: '+15108675310',
    ...more,
  });
}

function account({ hex }: Fresh) {
  return { AccountSid: `AC${hex(32)}`, ApiVersion: '2010-04-01' };
}

function form(fresh: Fresh, fields: Readonly<Record<string, string>>): SampleRequest {
  return {
    headers: [
      ['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'],
      ['User-Agent', 'TwilioProxy/1.1'],
      ['Accept', '*/*'],
      ['I-Twilio-Idempotency-Token', fresh.uuid()],
    ],
    body: new URLSearchParams(fields).toString(),
  };
}
