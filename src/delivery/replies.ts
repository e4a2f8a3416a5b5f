import type { Outcome, TargetResponse } from '../model/attempt.ts';
import { bodyOf } from '../model/body.ts';
import type { Verification } from '../model/classification.ts';
import { isJson } from '../model/json.ts';
import type { Reply } from '../model/reply.ts';
import type { CapturedRequest } from '../model/request.ts';
import type { Target } from '../model/target.ts';

type Failed = Extract<Outcome, { type: 'failed' }>;

/** 200: recorded, and there is no target to forward it to. */
export function recordedReply({ id }: CapturedRequest): Reply {
  return json(200, `{"id":"${id}","recorded":true}\n`);
}

/** 202: recorded, and delivered later. */
export function heldReply({ id }: CapturedRequest): Reply {
  return json(202, `{"id":"${id}","held":true}\n`);
}

/** 401: only requests with a valid signature are delivered (`requireSignature`). */
export function signatureRequiredReply(request: CapturedRequest, { result, reason }: Verification): Reply {
  return errorReply(request, 401, `The signature is ${result}${reason === null ? '' : `: ${reason}`}.`);
}

/** The user's reply at the breakpoint, with this body or a body of our own. */
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

/** 508: the request has left this machine and come back too often (RFC 5842 7.2). */
export function loopReply(request: CapturedRequest): Reply {
  return errorReply(request, 508, 'Forwarding loop detected.');
}

/** 400: the path could lead out of the base path or route that its target was chosen by. */
export function dotSegmentReply(request: CapturedRequest): Reply {
  return errorReply(request, 400, 'The path has a "." or ".." segment.');
}

/** 400: the request target is neither a path nor a valid URL. */
export function malformedReply(request: CapturedRequest): Reply {
  return errorReply(request, 400, 'The request target is malformed.');
}

/** 413: the body is over the size limit. */
export function tooLargeReply(request: CapturedRequest): Reply {
  return errorReply(
    request,
    413,
    `The body is larger than the ${request.body.size} bytes that are kept (maxBody).`,
  );
}

/** The target's own response: status, headers and body, byte for byte. */
export function targetReply(response: TargetResponse): Reply {
  return { ...response, by: 'target' };
}

/** 502, 503 or 504: the target did not respond, with the reason in the body. */
export function failureReply(failed: Failed, to: Target): Reply {
  const status = failed.code === 'timeout' ? 504 : failed.code === 'interrupted' ? 503 : 502;
  return json(status, `${JSON.stringify({ error: `${to.href}: ${failed.message}`, code: failed.code })}\n`);
}

/** 503: the request could not be recorded, so its sender has to keep it and try again. */
export function storeFailureReply(): Reply {
  return json(503, '{"error":"The request could not be recorded. Send it again later."}\n', [
    ['Retry-After', '5'],
  ]);
}

function errorReply({ id }: CapturedRequest, status: number, error: string): Reply {
  return json(status, `${JSON.stringify({ id, error })}\n`);
}

function json(status: number, text: string, more: Reply['headers'] = []): Reply {
  return {
    status,
    headers: [['Content-Type', 'application/json'], ...more],
    body: bodyOf(Buffer.from(text)),
    by: 'listener',
  };
}
