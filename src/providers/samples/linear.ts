import type { Fresh, SampleRequest, Samples } from './sample.ts';

/** Payloads of https://linear.app/developers/webhooks; their timestamp is in the signed body. */
export const linearSamples: Samples = {
  'Issue.create': (fresh) => change(fresh, 'Issue', 'create', issue(fresh)),
  'Issue.update': (fresh) => ({
    ...change(fresh, 'Issue', 'update', issue(fresh)),
    body: {
      ...(change(fresh, 'Issue', 'update', issue(fresh)).body as object),
      updatedFrom: { updatedAt: fresh.iso, priority: 0 },
    },
  }),
  'Issue.remove': (fresh) => change(fresh, 'Issue', 'remove', issue(fresh)),
  'Comment.create': (fresh) =>
    change(fresh, 'Comment', 'create', {
      id: fresh.uuid(),
      createdAt: fresh.iso,
      updatedAt: fresh.iso,
      body: 'Indeed, I think this is definitely an improvement over the previous version.',
      issueId: fresh.uuid(),
      userId: fresh.uuid(),
    }),
  'Project.update': (fresh) =>
    change(fresh, 'Project', 'update', {
      id: fresh.uuid(),
      createdAt: fresh.iso,
      updatedAt: fresh.iso,
      name: 'Webhooks',
      state: 'started',
      progress: 0.4,
    }),
};

function change(
  fresh: Fresh,
  type: string,
  action: string,
  data: Readonly<Record<string, unknown>>,
): SampleRequest {
  return {
    headers: [
      ['Content-Type', 'application/json; charset=utf-8'],
      ['User-Agent', 'Linear-Webhook'],
      ['Linear-Delivery', fresh.uuid()],
      ['Linear-Event', type],
    ],
    body: {
      action,
      type,
      actor: { id: fresh.uuid(), type: 'user', name: 'Jenny Rosen' },
      createdAt: fresh.iso,
      data,
      url: `https://linear.app/example/issue/EX-1`,
      organizationId: fresh.uuid(),
      webhookTimestamp: fresh.now,
      webhookId: fresh.uuid(),
    },
  };
}

function issue(fresh: Fresh) {
  return {
    id: fresh.uuid(),
    createdAt: fresh.iso,
    updatedAt: fresh.iso,
    number: 1,
    identifier: 'EX-1',
    title: 'Replay of webhooks',
    priority: 2,
    priorityLabel: 'High',
    teamId: fresh.uuid(),
    stateId: fresh.uuid(),
  };
}
