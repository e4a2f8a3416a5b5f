import type { Fresh, SampleRequest, Samples } from './sample.ts';

/** Events of https://developers.zoom.us/docs/api/meetings/events/ and the URL validation. */
export const zoomSamples: Samples = {
  'endpoint.url_validation': (fresh) =>
    event(fresh, 'endpoint.url_validation', { plainToken: fresh.id('', 22) }),
  'meeting.created': (fresh) => meeting(fresh, 'meeting.created', { timezone: 'Europe/Berlin' }),
  'meeting.started': (fresh) => meeting(fresh, 'meeting.started', { start_time: fresh.iso }),
  'meeting.ended': (fresh) => meeting(fresh, 'meeting.ended', { start_time: fresh.iso, end_time: fresh.iso }),
  'meeting.participant_joined': (fresh) =>
    meeting(fresh, 'meeting.participant_joined', {
      participant: { user_id: fresh.digits(8), user_name: 'Jenny Rosen', join_time: fresh.iso },
    }),
  'recording.completed': (fresh) =>
    meeting(fresh, 'recording.completed', {
      recording_count: 1,
      recording_files: [{ id: fresh.uuid(), file_type: 'MP4', file_size: 282594, status: 'completed' }],
    }),
};

function meeting(fresh: Fresh, type: string, more: Readonly<Record<string, unknown>>): SampleRequest {
  return event(fresh, type, {
    account_id: fresh.id('', 22),
    object: {
      id: fresh.digits(10),
      uuid: `${fresh.id('', 22)}==`,
      host_id: fresh.id('', 22),
      topic: 'My Meeting',
      type: 2,
      duration: 60,
      ...more,
    },
  });
}

function event(fresh: Fresh, type: string, payload: Readonly<Record<string, unknown>>): SampleRequest {
  return {
    headers: [
      ['Content-Type', 'application/json; charset=utf-8'],
      ['User-Agent', 'Zoom Marketplace/1.0a'],
    ],
    body: { event: type, event_ts: fresh.now, payload },
  };
}
