import { unclassified } from '../../src/model/classification.ts';
import { notWithheld, type RequestSummary } from '../../src/model/request.ts';

/** A request as a list shows it. */
export function aSummary(fields: Partial<RequestSummary> = {}): RequestSummary {
  return {
    seq: 1,
    id: 'k7m2qaaaaaaa',
    project: 'shop',
    receivedAt: new Date(2026, 10, 24, 16, 34, 35).getTime(),
    ms: 2,
    method: 'POST',
    requestTarget: '/webhooks/stripe',
    origin: 'http://localhost',
    httpVersion: '1.1',
    remoteAddress: '127.0.0.1',
    state: 'complete',
    bodySize: 2150,
    reply: { status: 200, by: 'listener' },
    classification: unclassified,
    redeliveryOf: undefined,
    attemptCount: 0,
    lastAttempt: undefined,
    isHeld: false,
    ...notWithheld,
    ...fields,
  };
}
