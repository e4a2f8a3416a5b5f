import type { Fresh, SampleRequest, Samples } from './sample.ts';
import { svixHeaders } from './svix-headers.ts';

/** Events of https://clerk.com/docs/webhooks/overview, as Svix delivers them. */
export const clerkSamples: Samples = {
  'user.created': (fresh) => event(fresh, 'user.created', user(fresh)),
  'user.updated': (fresh) => event(fresh, 'user.updated', { ...user(fresh), last_name: 'Roe' }),
  'user.deleted': (fresh) =>
    event(fresh, 'user.deleted', { deleted: true, id: fresh.id('user_', 27), object: 'user' }),
  'session.created': (fresh) =>
    event(fresh, 'session.created', {
      abandon_at: fresh.now + 2_592_000_000,
      client_id: fresh.id('client_', 27),
      created_at: fresh.now,
      expire_at: fresh.now + 604_800_000,
      id: fresh.id('sess_', 27),
      last_active_at: fresh.now,
      object: 'session',
      status: 'active',
      updated_at: fresh.now,
      user_id: fresh.id('user_', 27),
    }),
  'organization.created': (fresh) =>
    event(fresh, 'organization.created', {
      created_at: fresh.now,
      created_by: fresh.id('user_', 27),
      id: fresh.id('org_', 27),
      name: 'Acme Inc',
      object: 'organization',
      public_metadata: {},
      slug: 'acme-inc',
      updated_at: fresh.now,
    }),
};

function event(fresh: Fresh, type: string, data: Readonly<Record<string, unknown>>): SampleRequest {
  return {
    headers: svixHeaders(fresh),
    body: {
      data,
      event_attributes: { http_request: { client_ip: '192.0.2.1', user_agent: 'Mozilla/5.0' } },
      instance_id: fresh.id('ins_', 27),
      object: 'event',
      timestamp: fresh.now,
      type,
    },
  };
}

function user(fresh: Fresh) {
  const email = fresh.id('idn_', 27);
  return {
    birthday: '',
    created_at: fresh.now,
    email_addresses: [
      {
        email_address: 'jenny.rosen@example.com',
        id: email,
        linked_to: [],
        object: 'email_address',
        verification: { status: 'verified', strategy: 'ticket' },
      },
    ],
    external_id: null,
    first_name: 'Jenny',
    id: fresh.id('user_', 27),
    last_name: 'Rosen',
    last_sign_in_at: fresh.now,
    object: 'user',
    password_enabled: true,
    primary_email_address_id: email,
    public_metadata: {},
    updated_at: fresh.now,
    username: null,
  };
}
