import type { Io } from '../../cli/io.ts';
import type { OptionSpecs, OptionValues } from '../../cli/option.ts';
import { stateFolder } from '../../cli/paths.ts';
import { UserError } from '../../model/errors.ts';
import type { HostHeader, SendingOptions } from '../../session/sending.ts';
import { openPathTokens, type PathTokens } from '../../state/path-tokens.ts';

/** Options of every command that sends requests to a target. */
export const sendingOptions = {
  timeout: { type: 'duration', help: "for the target's whole answer", default: '30s', untrusted: 'allowed' },
  maxConnections: {
    type: 'count',
    value: 'number',
    help: 'connections to one target at once; further requests wait their turn, which does not count against --timeout',
    default: '64',
    untrusted: 'lower',
  },
  connectTimeout: {
    type: 'duration',
    help: 'for connecting to the target alone',
    default: '5s',
    untrusted: 'allowed',
  },
  mark: { type: 'boolean', help: "tell the target the request's id and the attempt's number in two headers" },
  hostHeader: {
    type: 'string',
    value: 'rewrite|name',
    help: 'the Host that the target sees: its own (rewrite) or a name, for dev servers that refuse others',
    default: 'as received',
  },
  insecure: { type: 'boolean', help: "accept the target's self-signed certificate" },
} as const satisfies OptionSpecs;

/** What the options say. */
export function sendingOf(
  options: OptionValues<typeof sendingOptions>,
  { env }: Pick<Io, 'env'>,
): SendingOptions & { readonly pathTokens: PathTokens } {
  if (options.maxConnections === 0) throw new UserError('usage', '--max-connections is at least 1.');
  return {
    maxConnections: options.maxConnections,
    timeoutMs: options.timeout,
    connectTimeoutMs: options.connectTimeout,
    mark: options.mark,
    insecure: options.insecure,
    hostHeader: hostHeaderOf(options.hostHeader),
    pathTokens: openPathTokens(stateFolder(env)),
  };
}

function hostHeaderOf(text: string | undefined): HostHeader {
  if (text === undefined || text === 'keep') return 'keep';
  return text === 'rewrite' ? 'rewrite' : { name: text };
}
