import type { HeaderList } from '../../model/headers.ts';
import type { Fresh } from './sample.ts';

/** Headers that Svix sends with every event, except the signature. */
export function svixHeaders({ id, seconds }: Fresh): HeaderList {
  return [
    ['Content-Type', 'application/json'],
    ['User-Agent', 'Svix-Webhooks/1.76.0'],
    ['svix-id', id('msg_', 27)],
    ['svix-timestamp', String(seconds)],
  ];
}
