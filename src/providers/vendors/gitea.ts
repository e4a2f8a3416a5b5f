import { row } from '../row.ts';
import { hmac, type Message } from '../schemes/hmac.ts';

/** Unlike GitHub, the payload is signed also where it comes in a form. */
const payload: Message = (reading) => {
  const field = reading.form()?.get('payload');
  return [field === undefined || field === null ? reading.body : Buffer.from(field, 'utf8')];
};

/** Each sends the headers of those after it as well. */
export const forgejo = row({
  name: 'forgejo',
  title: 'Forgejo',
  detect: ['header:X-Forgejo-Event'],
  event: ['{header:X-Forgejo-Event-Type}', '{header:X-Forgejo-Event}'],
  deliveryId: '{header:X-Forgejo-Delivery}',
  scheme: hmac({ at: 'header:X-Forgejo-Signature', encoding: 'hex', message: payload }),
  source: 'https://codeberg.org/forgejo/forgejo/src/branch/forgejo/services/webhook/shared/payloader.go',
});

export const gitea = row({
  name: 'gitea',
  title: 'Gitea',
  detect: ['header:X-Gitea-Event'],
  event: ['{header:X-Gitea-Event-Type}', '{header:X-Gitea-Event}'],
  deliveryId: '{header:X-Gitea-Delivery}',
  scheme: hmac({ at: 'header:X-Gitea-Signature', encoding: 'hex', message: payload }),
  source: 'https://github.com/go-gitea/gitea/blob/main/services/webhook/deliver.go',
});

export const gogs = row({
  name: 'gogs',
  title: 'Gogs',
  detect: ['header:X-Gogs-Event'],
  event: '{header:X-Gogs-Event}',
  deliveryId: '{header:X-Gogs-Delivery}',
  scheme: hmac({ at: 'header:X-Gogs-Signature', encoding: 'hex', message: payload }),
  answerLimitMs: 15_000,
  source: 'https://github.com/gogs/gogs/blob/main/internal/database/webhook.go',
});
