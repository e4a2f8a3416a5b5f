import type { Outcome, TargetResponse } from '../model/attempt.ts';
import { bodyOf } from '../model/body.ts';
import type { Verification } from '../model/facts.ts';
import { isJson } from '../model/json.ts';
import type { Reply } from '../model/reply.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Target } from '../model/target.ts';

type Failed = Extract<Outcome, { type: 'failed' }>;

/** Recorded, and nobody to forward it to. */
export function recordedReply({ id }: CapturedRequest): Reply {
  return json(200, `{"id":"${id}","recorded":true}\n`);
}

/** Recorded, and delivered when the target is back. */
export function heldReply({ id }: CapturedRequest): Reply {
  return json(202, `{"id":"${id}","held":true}\n`);
}

/** Only what is known to be genuine is let through (--require-signature). */
export function notGenuineReply({ id }: CapturedRequest, { result, reason }: Verification): Reply {
  const error = `The signature is ${result}${reason === null ? '' : `: ${reason}`}.`;
  return json(401, `${JSON.stringify({ id, error })}\n`);
}

/** The user replied at the breakpoint, with this body or with ours. */
export function chosenReply({ id }: CapturedRequest, { status, body }: ChosenReply): Reply {
  // The statuses have none (RFC 9110 6.4.1, 15.3.6).
  if (body === '' || status === 204 || status === 205 || status === 304) {
    return { status, headers: [], body: bodyOf(new Uint8Array()), by: 'user' };
  }
  if (body === undefined) return { ...json(status, `{"id":"${id}","chosen":true}\n`), by: 'user' };
  const type = isJson(body) ? 'application/json' : 'text/plain; charset=utf-8';
  return { status, headers: [['Content-Type', type]], body: bodyOf(Buffer.from(body)), by: 'user' };
}

interface ChosenReply {
  readonly status: number;
  readonly body?: string;
}

/** It has left this machine and come back too often (RFC 5842 7.2). */
export function circleReply({ id }: CapturedRequest): Reply {
  return json(
    508,
    `{"id":"${id}","error":"This request goes round in a circle: a target leads back here."}\n`,
  );
}

/** The path could lead out of what its target or route was meant for. */
export function dotSegmentReply({ id }: CapturedRequest): Reply {
  return json(400, `{"id":"${id}","error":"The path has a \\".\\" or \\"..\\" segment."}\n`);
}

export function malformedReply({ id }: CapturedRequest): Reply {
  return json(400, `{"id":"${id}","error":"The request target is malformed."}\n`);
}

export function tooLargeReply({ id, body }: CapturedRequest): Reply {
  return json(
    413,
    `{"id":"${id}","error":"The body is larger than the ${body.size} bytes that are kept (--max-body)."}\n`,
  );
}

/** The target's own answer, status, headers and body, byte for byte. */
export function targetReply(response: TargetResponse): Reply {
  return { ...response, by: 'target' };
}

/** The target gave no answer: a gateway's status for it, with the reason in the body. */
export function failureReply(failed: Failed, to: Target): Reply {
  const status = failed.code === 'timeout' ? 504 : failed.code === 'interrupted' ? 503 : 502;
  return json(status, `${JSON.stringify({ error: `${to.href}: ${failed.message}`, code: failed.code })}\n`);
}

/** Not recorded: whoever sent it keeps it and tries again. */
export function storeFailureReply(): Reply {
  return json(503, '{"error":"The request could not be recorded. Send it again later."}\n', [
    ['Retry-After', '5'],
  ]);
}

function json(status: number, text: string, more: Reply['headers'] = []): Reply {
  return {
    status,
    headers: [['Content-Type', 'application/json'], ...more],
    body: bodyOf(Buffer.from(text)),
    by: 'listener',
  };
}
