import { bodyOf } from '../model/body.ts';
import type { Clock } from '../model/clock.ts';
import type { HeaderList } from '../model/headers.ts';
import { newId } from '../model/id.ts';
import { arrivalOf, type CapturedRequest, calledBy, captured } from '../model/request.ts';

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
  const arrival = arrivalOf({
    receivedAt: clock.now(),
    method: method ?? 'POST',
    ...calledBy(url ?? 'http://localhost/'),
    headers,
    body: bodyOf(body),
  });
  return captured(arrival, newId(), '');
}
