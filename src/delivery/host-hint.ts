import type { TargetResponse } from '../model/attempt.ts';
import { option, type Phrase, phrase } from '../model/phrase.ts';

/** Responses of dev servers to a Host that they do not accept, at the start of a short body. */
const refusals: readonly RegExp[] = [
  /Blocked request\. This host \(.{1,253}\) is not allowed/, // Vite, and what is built on it
  /^\s*Invalid host header/i, // webpack-dev-server; Starlette and FastAPI (TrustedHostMiddleware)
  /Blocked hosts?: /, // Rails, ActionDispatch::HostAuthorization
  /Invalid HTTP_HOST header|DisallowedHost/, // Django
  /Bad Request - Invalid Hostname/, // ASP.NET host filtering
  /Host ['"].{1,253}['"] is not trusted/, // Werkzeug, Flask
  /Untrusted Host ['"]/, // Symfony
];

const searchedBytes = 16 * 1024;

/** Advice for a target that refused a request because of its Host header; undefined for any other response. */
export function hostHint({ status, body }: TargetResponse): Phrase | undefined {
  // Old webpack-dev-servers refuse with 200; no other response that short starts like this.
  if (status < 400 && body.size > 100) return undefined;
  const text = Buffer.from(body.bytes(searchedBytes)).toString('latin1');
  if (!refusals.some((refusal) => refusal.test(text))) return undefined;
  return phrase`The target refuses requests for a host name other than its own. Use ${option('hostHeader', 'rewrite')}.`;
}
