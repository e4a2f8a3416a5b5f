import type { Fresh, SampleRequest, Samples } from './sample.ts';
import { svixHeaders } from './svix-headers.ts';

/** Events of https://resend.com/docs/webhooks/event-types, as Svix delivers them. */
export const resendSamples: Samples = {
  'email.sent': (fresh) => event(fresh, 'email.sent', {}),
  'email.delivered': (fresh) => event(fresh, 'email.delivered', {}),
  'email.opened': (fresh) =>
    event(fresh, 'email.opened', {
      open: { ipAddress: '192.0.2.1', timestamp: fresh.iso, userAgent: 'Mozilla/5.0' },
    }),
  'email.clicked': (fresh) =>
    event(fresh, 'email.clicked', {
      click: {
        ipAddress: '192.0.2.1',
        link: 'https://example.com',
        timestamp: fresh.iso,
        userAgent: 'Mozilla/5.0',
      },
    }),
  'email.bounced': (fresh) =>
    event(fresh, 'email.bounced', {
      bounce: { message: 'The recipient does not exist.', subType: 'General', type: 'Permanent' },
    }),
  'email.complained': (fresh) => event(fresh, 'email.complained', {}),
};

function event(fresh: Fresh, type: string, more: Readonly<Record<string, unknown>>): SampleRequest {
  return {
    headers: svixHeaders(fresh),
    body: {
      type,
      created_at: fresh.iso,
      data: {
        created_at: fresh.iso,
        email_id: fresh.uuid(),
        from: 'Acme <onboarding@resend.dev>',
        to: ['delivered@resend.dev'],
        subject: 'Sending this example',
        ...more,
      },
    },
  };
}
