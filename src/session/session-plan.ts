import { type AccessControl, createAccessControl } from '../capture/access-control.ts';
import { messageOf, UserError } from '../model/errors.ts';
import { type HostAddress, parseHostAddress } from '../model/host-address.ts';
import { option, phrase } from '../model/phrase.ts';
import { parseTarget, type Target } from '../model/target.ts';
import { openPathTokens, type PathTokens } from '../state/path-tokens.ts';
import type { ListenOptions } from './listen-options.ts';
import { parseRoute, type Route } from './routes.ts';
import { type TunnelPlan, tunnelPlanOf } from './tunnel-plan.ts';

/** The options of a session that have to be read before it can start. */
export interface SessionPlan {
  /** The session's name, recorded with every request. */
  readonly name: string;
  /** The target of requests that no route matches. */
  readonly target: Target | undefined;
  readonly routes: readonly Route[];
  /** Every target of the session; one may be there twice. */
  readonly targets: readonly Target[];
  readonly pathTokens: PathTokens;
  /** The random path that lets requests in, if one is required. */
  readonly token: string | undefined;
  /** Turns requests away; undefined lets everyone in. */
  readonly access: AccessControl | undefined;
  readonly tunnel: TunnelPlan;
  /** The address to listen on besides loopback. */
  readonly host: HostAddress | undefined;
}

/** Reads the options; throws a UserError for one that is not valid. */
export function planOf(options: ListenOptions): SessionPlan {
  const tunnel = tunnelPlanOf(options);
  const host = hostOf(options);
  const target = options.target === undefined ? undefined : parseTarget(options.target);
  const routes = (options.routes ?? []).map(parseRoute);
  const name = options.project ?? 'default';
  const pathTokens = options.pathTokens ?? openPathTokens(undefined);
  const token = options.pathToken ? keptToken(pathTokens, options.folder ?? name) : undefined;
  const access = createAccessControl({ ...options, pathToken: token });
  const targets = [...routes.flatMap((route) => route.targets), ...(target ? [target] : [])];
  return { name, target, routes, targets, pathTokens, token, access, tunnel, host };
}

/** Where other machines can connect, a request has to show that it may. */
function hostOf({ host, pathToken, basicAuth }: ListenOptions): HostAddress | undefined {
  if (host === undefined) return undefined;
  const address = parseHostAddress(host);
  if (!address.isOpen || pathToken || basicAuth) return address;
  throw new UserError(
    'usage',
    phrase`With ${option('host', host)}, every machine of the network could send requests.`,
    phrase`Add ${option('pathToken')} or ${option('basicAuth')}.`,
  );
}

function keptToken(pathTokens: PathTokens, folder: string): string {
  try {
    return pathTokens.keep(folder);
  } catch (error) {
    const reason = messageOf(error);
    throw new UserError(
      'failed',
      `The random path that lets requests in cannot be stored: ${reason}.`,
      phrase`Make the state folder writable ($XDG_STATE_HOME/webhook-cli), or leave ${option('pathToken')} out.`,
    );
  }
}

/** A URL with the session's random path, if it has one. */
export function withToken<T extends string | null>(url: T, { token }: Pick<SessionPlan, 'token'>): T {
  return (url === null || token === undefined ? url : `${url}/${token}`) as T;
}
