import type { Fresh, SampleRequest, Samples } from './sample.ts';

type Payload = Readonly<Record<string, unknown>>;

/** Interactions (https://docs.discord.com/developers/interactions/receiving-and-responding) and webhook events. */
export const discordSamples: Samples = {
  PING: (fresh) => interaction(fresh, 1, {}),
  APPLICATION_COMMAND: (fresh) =>
    interaction(fresh, 2, {
      data: {
        id: fresh.digits(18),
        name: 'weather',
        type: 1,
        options: [{ name: 'city', type: 3, value: 'London' }],
      },
      ...place(fresh),
    }),
  MESSAGE_COMPONENT: (fresh) =>
    interaction(fresh, 3, { data: { custom_id: 'approve', component_type: 2 }, ...place(fresh) }),
  APPLICATION_COMMAND_AUTOCOMPLETE: (fresh) =>
    interaction(fresh, 4, {
      data: {
        id: fresh.digits(18),
        name: 'weather',
        type: 1,
        options: [{ name: 'city', type: 3, value: 'Lon', focused: true }],
      },
      ...place(fresh),
    }),
  MODAL_SUBMIT: (fresh) =>
    interaction(fresh, 5, {
      data: {
        custom_id: 'feedback',
        components: [{ type: 1, components: [{ type: 4, custom_id: 'text', value: 'Nice!' }] }],
      },
      ...place(fresh),
    }),
};

function interaction(fresh: Fresh, type: number, more: Payload): SampleRequest {
  return {
    headers: [
      ['Content-Type', 'application/json'],
      ['User-Agent', 'Discord-Interactions/1.0 (+https://discord.com)'],
    ],
    body: {
      application_id: fresh.digits(18),
      id: fresh.digits(18),
      token: fresh.id('', 40),
      type,
      version: 1,
      ...more,
    },
  };
}

function place({ digits }: Fresh): Payload {
  return {
    guild_id: digits(18),
    channel_id: digits(18),
    locale: 'en-US',
    member: {
      user: { id: digits(18), username: 'jenny', discriminator: '0' },
      roles: [],
      permissions: '2147483647',
    },
  };
}
