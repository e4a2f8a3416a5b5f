import type { Io } from '../../cli/io.ts';
import type { OptionSpecs, OptionValues } from '../../cli/option.ts';
import { stateFolder } from '../../cli/paths.ts';
import type { TargetClientOptions } from '../../delivery/client-options.ts';
import { defaults } from '../../model/defaults.ts';
import { UserError } from '../../model/errors.ts';
import type { HostHeader } from '../../model/host-header.ts';
import { openPathTokens, type PathTokens } from '../../state/path-tokens.ts';

/** Options of every command that sends requests to a target. */
export const sendingOptions = {
  timeout: {
    type: 'duration',
    help: "time limit for the target's whole response",
    default: defaults.timeoutMs,
    untrusted: 'allowed',
  },
  maxConnections: {
    type: 'count',
    value: 'number',
    help: 'connections to one target at a time; waiting for one does not count against --timeout',
    default: defaults.maxConnections,
    untrusted: 'lower',
  },
  connectTimeout: {
    type: 'duration',
    help: 'time limit for connecting to the target',
    default: defaults.connectTimeoutMs,
    untrusted: 'allowed',
  },
  mark: { type: 'boolean', help: 'add webhook-cli-request-id and webhook-cli-attempt headers' },
  hostHeader: {
    type: 'string',
    value: 'rewrite|name',
    help: 'set the Host header for the target: its own (rewrite), or a name',
    default: 'as received',
  },
  insecure: { type: 'boolean', help: "accept the target's self-signed certificate" },
} as const satisfies OptionSpecs;

/** Client options for a session. Throws a UserError for an invalid value. */
export function sendingOf(
  options: OptionValues<typeof sendingOptions>,
  { env }: Pick<Io, 'env'>,
): TargetClientOptions & { readonly pathTokens: PathTokens } {
  if (options.maxConnections === 0) throw new UserError('usage', '--max-connections must be at least 1.');
  return {
    maxConnections: options.maxConnections,
    timeoutMs: options.timeout,
    connectTimeoutMs: options.connectTimeout,
    idHeaders: options.mark,
    insecure: options.insecure,
    hostHeader: hostHeaderOf(options.hostHeader),
    pathTokens: openPathTokens(stateFolder(env)),
  };
}

/** The value of `--host-header`: as received unless given. */
export function hostHeaderOf(text: string | undefined): HostHeader {
  if (text === undefined || text === 'keep') return 'keep';
  return text === 'rewrite' ? 'rewrite' : { name: text };
}
