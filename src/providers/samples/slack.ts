import type { Fresh, SampleRequest, Samples } from './sample.ts';

type Payload = Readonly<Record<string, unknown>>;

/** Events API (https://docs.slack.dev/apis/events-api), a slash command and an interaction. */
export const slackSamples: Samples = {
  url_verification: ({ hex }) => json({ token: hex(24), challenge: hex(52), type: 'url_verification' }),
  message: (fresh) =>
    callback(fresh, { ...inChannel(fresh), type: 'message', text: 'Hello world', channel_type: 'channel' }),
  app_mention: (fresh) =>
    callback(fresh, {
      ...inChannel(fresh),
      type: 'app_mention',
      text: '<@U0LAN0Z89> is it everything a river should be?',
    }),
  reaction_added: (fresh) =>
    callback(fresh, {
      type: 'reaction_added',
      user: user(fresh),
      reaction: 'thumbsup',
      item_user: user(fresh),
      item: { type: 'message', channel: channel(fresh), ts: stamp(fresh) },
      event_ts: stamp(fresh),
    }),
  member_joined_channel: (fresh) =>
    callback(fresh, {
      type: 'member_joined_channel',
      user: user(fresh),
      channel: channel(fresh),
      channel_type: 'C',
      team: `T${fresh.id('', 9).toUpperCase()}`,
      event_ts: stamp(fresh),
    }),
  team_join: (fresh) =>
    callback(fresh, {
      type: 'team_join',
      user: { id: user(fresh), name: 'jenny', real_name: 'Jenny Rosen', is_bot: false },
    }),
  '/command': (fresh) =>
    form({
      token: fresh.hex(24),
      team_id: `T${fresh.id('', 9).toUpperCase()}`,
      team_domain: 'example',
      channel_id: channel(fresh),
      channel_name: 'general',
      user_id: user(fresh),
      user_name: 'jenny',
      command: '/weather',
      text: '94070',
      api_app_id: `A${fresh.id('', 9).toUpperCase()}`,
      response_url: `https://hooks.slack.com/commands/${fresh.digits(4)}/${fresh.digits(4)}`,
      trigger_id: `${fresh.digits(11)}.${fresh.digits(11)}.${fresh.hex(32)}`,
    }),
  block_actions: (fresh) =>
    form({
      payload: JSON.stringify({
        type: 'block_actions',
        user: { id: user(fresh), username: 'jenny', name: 'jenny' },
        trigger_id: `${fresh.digits(11)}.${fresh.digits(11)}.${fresh.hex(32)}`,
        actions: [
          {
            type: 'button',
            block_id: 'b1',
            action_id: 'approve',
            value: 'click_me_123',
            action_ts: stamp(fresh),
          },
        ],
      }),
    }),
};

function callback(fresh: Fresh, event: Payload): SampleRequest {
  return json({
    token: fresh.hex(24),
    team_id: `T${fresh.id('', 9).toUpperCase()}`,
    api_app_id: `A${fresh.id('', 9).toUpperCase()}`,
    event,
    type: 'event_callback',
    event_id: `Ev${fresh.id('', 9).toUpperCase()}`,
    event_time: fresh.seconds,
    authorizations: [{ team_id: `T${fresh.id('', 9).toUpperCase()}`, user_id: user(fresh), is_bot: true }],
  });
}

function inChannel(fresh: Fresh): Payload {
  return { user: user(fresh), ts: stamp(fresh), channel: channel(fresh), event_ts: stamp(fresh) };
}

function user({ id }: Fresh): string {
  return `U${id('', 10).toUpperCase()}`;
}

function channel({ id }: Fresh): string {
  return `C${id('', 10).toUpperCase()}`;
}

function stamp({ seconds, digits }: Fresh): string {
  return `${seconds}.${digits(6)}`;
}

const agent = ['User-Agent', 'Slackbot 1.0 (+https://api.slack.com/robots)'] as const;

function json(body: Payload): SampleRequest {
  return { headers: [agent, ['Accept', '*/*'], ['Content-Type', 'application/json']], body };
}

function form(fields: Readonly<Record<string, string>>): SampleRequest {
  return {
    headers: [
      agent,
      ['Accept', 'application/json,*/*'],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ],
    body: new URLSearchParams(fields).toString(),
  };
}
