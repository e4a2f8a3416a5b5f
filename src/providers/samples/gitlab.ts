import type { Fresh, SampleRequest, Samples } from './sample.ts';

/** Events of https://docs.gitlab.com/user/project/integrations/webhook_events/ . */
export const gitlabSamples: Samples = {
  push: (fresh) =>
    hook(fresh, 'Push Hook', {
      object_kind: 'push',
      event_name: 'push',
      before: fresh.hex(40),
      after: fresh.hex(40),
      ref: 'refs/heads/main',
      checkout_sha: fresh.hex(40),
      user_id: 4,
      user_name: 'Jenny Rosen',
      user_username: 'jenny',
      project_id: 15,
      commits: [
        {
          id: fresh.hex(40),
          message: 'Update the catalogue',
          timestamp: fresh.iso,
          author: { name: 'Jenny Rosen', email: 'jenny@example.com' },
          added: ['CHANGELOG'],
          modified: ['app/catalogue.rb'],
          removed: [],
        },
      ],
      total_commits_count: 1,
    }),
  tag_push: (fresh) =>
    hook(fresh, 'Tag Push Hook', {
      object_kind: 'tag_push',
      event_name: 'tag_push',
      before: '0'.repeat(40),
      after: fresh.hex(40),
      ref: 'refs/tags/v1.0.0',
      user_name: 'Jenny Rosen',
      project_id: 15,
      commits: [],
      total_commits_count: 0,
    }),
  merge_request: (fresh) =>
    hook(fresh, 'Merge Request Hook', {
      object_kind: 'merge_request',
      event_type: 'merge_request',
      user: jenny,
      object_attributes: {
        id: Number(fresh.digits(3)),
        iid: 1,
        title: 'MS-Viewport',
        state: 'opened',
        action: 'open',
        source_branch: 'ms-viewport',
        target_branch: 'main',
        created_at: fresh.iso,
        url: 'https://gitlab.example.com/acme/shop/-/merge_requests/1',
      },
      labels: [],
    }),
  issue: (fresh) =>
    hook(fresh, 'Issue Hook', {
      object_kind: 'issue',
      event_type: 'issue',
      user: jenny,
      object_attributes: {
        id: Number(fresh.digits(3)),
        iid: 23,
        title: 'New API: create/update/delete file',
        state: 'opened',
        action: 'open',
        created_at: fresh.iso,
      },
    }),
  pipeline: (fresh) =>
    hook(fresh, 'Pipeline Hook', {
      object_kind: 'pipeline',
      object_attributes: {
        id: Number(fresh.digits(5)),
        iid: 3,
        ref: 'main',
        sha: fresh.hex(40),
        status: 'success',
        stages: ['build', 'test', 'deploy'],
        created_at: fresh.iso,
        duration: 63,
      },
      user: jenny,
      builds: [{ id: Number(fresh.digits(5)), stage: 'test', name: 'test', status: 'success' }],
    }),
  note: (fresh) =>
    hook(fresh, 'Note Hook', {
      object_kind: 'note',
      event_type: 'note',
      user: jenny,
      object_attributes: {
        id: Number(fresh.digits(4)),
        note: 'This is a commit comment.',
        noteable_type: 'Commit',
        created_at: fresh.iso,
      },
    }),
};

const jenny = { id: 4, name: 'Jenny Rosen', username: 'jenny', email: '[REDACTED]' };

function hook({ uuid }: Fresh, event: string, payload: Readonly<Record<string, unknown>>): SampleRequest {
  return {
    headers: [
      ['Content-Type', 'application/json'],
      ['User-Agent', 'GitLab/18.6.0'],
      ['X-Gitlab-Event', event],
      ['X-Gitlab-Webhook-UUID', uuid()],
      ['X-Gitlab-Instance', 'https://gitlab.example.com'],
      ['X-Gitlab-Event-UUID', uuid()],
    ],
    body: {
      ...payload,
      project: {
        id: 15,
        name: 'Shop',
        web_url: 'https://gitlab.example.com/acme/shop',
        path_with_namespace: 'acme/shop',
        default_branch: 'main',
      },
    },
  };
}
