/** A request target without the token that lets it in: `/TOKEN/hooks?x` → `/hooks?x`. Others stay as they are. */
export function withoutToken(requestTarget: string, token: string | undefined): string {
  if (token === undefined || !requestTarget.startsWith(`/${token}`)) return requestTarget;
  const rest = requestTarget.slice(token.length + 1);
  if (rest === '') return '/';
  if (rest.startsWith('/')) return rest;
  return /^[?#]/.test(rest) ? `/${rest}` : requestTarget;
}
