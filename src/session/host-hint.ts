import type { TargetResponse } from '../model/attempt.ts';

/** What dev servers say to a Host that they do not know, at the start of a short answer. */
const refusals: readonly RegExp[] = [
  /Blocked request\. This host \(.{1,253}\) is not allowed/, // Vite, and what is built on it
  /^\s*Invalid host header/i, // webpack-dev-server; Starlette and FastAPI (TrustedHostMiddleware)
  /Blocked hosts?: /, // Rails, ActionDispatch::HostAuthorization
  /Invalid HTTP_HOST header|DisallowedHost/, // Django
  /Bad Request - Invalid Hostname/, // ASP.NET host filtering
  /Host ['"].{1,253}['"] is not trusted/, // Werkzeug, Flask
  /Untrusted Host ['"]/, // Symfony
];

const looked = 16 * 1024;

/** Which flag helps, if a target refused a request because of its Host header; undefined if it did not. */
export function hostHint({ status, body }: TargetResponse): string | undefined {
  // Old webpack-dev-servers refuse with 200; a real answer that short does not start like this.
  if (status < 400 && body.size > 100) return undefined;
  const text = Buffer.from(body.bytes(looked)).toString('latin1');
  if (!refusals.some((refusal) => refusal.test(text))) return undefined;
  return 'The target refuses requests for a host name that is not its own: start with --host-header rewrite.';
}
