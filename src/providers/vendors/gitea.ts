import { defineProvider } from '../core/define-provider.ts';
import { type HmacMessage, type HmacSpec, hmac } from '../schemes/hmac.ts';

/** Unlike GitHub, Gitea signs the payload even if it is sent in a form. */
const payload: HmacMessage = (parsed) => {
  const field = parsed.form()?.get('payload');
  return [field === undefined || field === null ? parsed.body : Buffer.from(field, 'utf8')];
};

const hex = { encoding: 'hex', message: payload } as const;

const gogsWay = { ...hex, at: 'header:X-Gogs-Signature' } as const;
const giteaWay = { ...hex, at: 'header:X-Gitea-Signature' } as const;

/** Headers of other vendors that Gitea also sends; Forgejo also sends Gitea's. */
const alsoSent: readonly HmacSpec[] = [
  gogsWay,
  { ...hex, at: 'header:X-Hub-Signature-256', envelope: { prefix: 'sha256=' } },
  { ...hex, at: 'header:X-Hub-Signature', envelope: { prefix: 'sha1=' }, algorithm: 'sha1' },
];

const renewed = (variants: readonly HmacSpec[]) =>
  variants.map((variant) => ({ ...variant, renewOnly: true }));

/** Each also sends the headers of those after it. */
export const forgejo = defineProvider({
  name: 'forgejo',
  title: 'Forgejo',
  detect: ['header:X-Forgejo-Event'],
  event: ['{header:X-Forgejo-Event-Type}', '{header:X-Forgejo-Event}'],
  eventId: '{header:X-Forgejo-Delivery}',
  scheme: hmac({
    ...hex,
    at: 'header:X-Forgejo-Signature',
    legacy: renewed([giteaWay, ...alsoSent]),
  }),
  source: 'https://codeberg.org/forgejo/forgejo/src/branch/forgejo/services/webhook/shared/payloader.go',
});

export const gitea = defineProvider({
  name: 'gitea',
  title: 'Gitea',
  detect: ['header:X-Gitea-Event'],
  event: ['{header:X-Gitea-Event-Type}', '{header:X-Gitea-Event}'],
  eventId: '{header:X-Gitea-Delivery}',
  scheme: hmac({ ...giteaWay, legacy: renewed(alsoSent) }),
  source: 'https://github.com/go-gitea/gitea/blob/main/services/webhook/deliver.go',
});

export const gogs = defineProvider({
  name: 'gogs',
  title: 'Gogs',
  detect: ['header:X-Gogs-Event'],
  event: '{header:X-Gogs-Event}',
  eventId: '{header:X-Gogs-Delivery}',
  scheme: hmac(gogsWay),
  replyDeadlineMs: 15_000,
  source: 'https://github.com/gogs/gogs/blob/main/internal/database/webhook.go',
});
