import { bodyOf } from '../model/body.ts';
import type { Clock } from '../model/clock.ts';
import type { HeaderList } from '../model/headers.ts';
import { newId } from '../model/id.ts';
import { type CapturedRequest, calledBy } from '../model/request.ts';

/** A request that was never recorded. */
export interface Payload {
  readonly body: Uint8Array;
  readonly headers: HeaderList;
  /** POST unless given. */
  readonly method?: string | undefined;
  /** The URL that the sender called. */
  readonly url?: string | undefined;
}

/** Makes a request as if it had just arrived, to verify it. */
export function requestOfPayload({ body, headers, method, url }: Payload, clock: Clock): CapturedRequest {
  return {
    id: newId(),
    project: '',
    receivedAt: clock.now(),
    ms: 0,
    method: method ?? 'POST',
    ...calledBy(url ?? 'http://localhost/'),
    httpVersion: '1.1',
    headers,
    trailers: [],
    body: bodyOf(body),
    remoteAddress: '',
    state: 'complete',
  };
}
