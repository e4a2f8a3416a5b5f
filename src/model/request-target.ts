/**
 * A captured request target never chooses where a request goes: its path and query are taken from its text, and what
 * it says of scheme, host and port is left out.
 */

/** The configured destination of requests: `http://localhost:3000` and `/base`, or no base path (''). */
export interface Base {
  readonly origin: string;
  readonly basePath: string;
}

/** The reason why a request can't be sent, in the middle of a sentence. */
export interface TargetFault {
  readonly fault: string;
}

/**
 * The path and query of a request target, byte for byte: `//host/x` is a path, of `http://host/x` it is `/x`
 * (RFC 9112 3.2). A target that is neither path nor address, or names a host that none can be, has a fault.
 */
export function pathOfTarget(requestTarget: string): { readonly path: string } | TargetFault {
  if (/[^\x21-\x7e\x80-\xff]/.test(requestTarget)) {
    return { fault: 'its request target contains a space or a control character' };
  }
  if (requestTarget.startsWith('/')) {
    const authority = /^\/[/\\]+([^/\\?#]*)/.exec(requestTarget)?.[1];
    return authority === undefined || authority === '' || isAuthority(authority)
      ? { path: requestTarget }
      : { fault: 'its request target begins like a URL with an invalid host' };
  }
  const [, authority = '', rest = ''] = /^https?:\/\/([^/\\?#]*)(.*)$/i.exec(requestTarget) ?? [];
  if (isAuthority(authority)) return { path: rest.startsWith('/') ? rest : `/${rest}` };
  return {
    fault: /^https?:/i.test(requestTarget)
      ? 'its request target is a URL with an invalid host'
      : `its request target is ${JSON.stringify(requestTarget.slice(0, 100))}, which is not a path`,
  };
}

/** True if a request target is not one that HTTP has: `*` stands for the server as a whole. */
export function isMalformedTarget(requestTarget: string): boolean {
  // Nearly all are paths that need no second look.
  if (requestTarget.startsWith('/') && !/^\/[/\\]/.test(requestTarget)) return false;
  if (requestTarget === '*' || /^(?!https?:)[a-z][a-z0-9+.-]*:/i.test(requestTarget)) return false;
  return 'fault' in pathOfTarget(requestTarget);
}

/**
 * The address of a captured request below a base, and its path there, by text alone: a request for `/` calls exactly the
 * base path, without adding a slash. A path that could leave the base path has a fault.
 */
export function joinTarget(
  { origin, basePath }: Base,
  requestTarget: string,
): { readonly url: string; readonly path: string } | TargetFault {
  const found = pathOfTarget(requestTarget);
  if ('fault' in found) return found;
  if (basePath !== '' && hasDotSegment(found.path)) {
    return { fault: `its path has a "." or ".." segment, which could leave ${basePath}` };
  }
  const isBare = basePath !== '' && /^\/(?:[?#]|$)/.test(found.path);
  const path = basePath + (isBare ? found.path.slice(1) : found.path);
  return { url: origin + path, path };
}

/** A host name or address with a port, with a user before them or not: as an address has them after `//`. */
function isAuthority(text: string): boolean {
  const [, host = '', port = ''] = /^(?:.*@)?(\[[0-9a-f:.]+\]|[^[\]:@]+)(?::(\d*))?$/i.exec(text) ?? [];
  return host !== '' && Number(port) <= 65_535 && (!host.startsWith('[') || URL.canParse(`http://${host}`));
}

/** So often a path may have been percent-encoded: more is taken for an attempt to hide something. */
const mostEncodings = 4;

/**
 * True if a path has a `.` or `..` segment for any reader: raw or percent-encoded (repeatedly as well), separated by
 * slashes or backslashes, with parameters behind it (`..;a=b`). The query is not looked at.
 */
export function hasDotSegment(requestTarget: string): boolean {
  const end = requestTarget.indexOf('?');
  let path = end < 0 ? requestTarget : requestTarget.slice(0, end);
  if (!/[/\\]\.|%/.test(path)) return false;
  for (let encodings = 0; ; encodings++) {
    if (/(?:^|[/\\])\.\.?[\x00-\x20]*(?:;[^/\\]*)?(?:[/\\#]|$)/.test(path)) return true;
    const decoded = decodedOnce(path);
    if (decoded === path) return false;
    if (encodings === mostEncodings) return true;
    path = decoded;
  }
}

/** With ASCII decoded, and the overlong forms of `.` `/` `\` that some decoders still take (RFC 3629 10). */
function decodedOnce(path: string): string {
  return path
    .replace(/%c0%ae|%e0%80%ae/gi, '.')
    .replace(/%c0%af|%e0%80%af|%c1%9c/gi, '/')
    .replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
