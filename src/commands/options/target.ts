import type { Invocation } from '../../cli/command.ts';
import type { OptionSpecs } from '../../cli/option.ts';
import { UserError } from '../../model/errors.ts';

/** Options for the port of a session, and for where its requests are forwarded to. */
export const targetOptions = {
  port: { type: 'port', short: 'p', help: 'the local port', default: 'any free one', untrusted: 'allowed' },
  host: {
    type: 'string',
    value: 'address',
    help: 'also listen on this address of the machine, such as 0.0.0.0 in a container; needs --path-token or --basic-auth',
  },
  forwardTo: {
    type: 'string',
    short: 'f',
    value: 'target',
    help: 'forward requests to this target: 3000, :3000/hooks, http://host/base',
  },
  route: {
    type: 'string',
    value: 'filter => targets',
    help: "forward requests matching a filter to other targets, such as 'path:/stripe/* => 3000' (repeatable)",
    many: true,
  },
} as const satisfies OptionSpecs;

/** The target of a session, from the argument or --forward-to. Throws a UserError if both are given and differ. */
export function targetOf({
  args,
  options,
  flags,
}: Pick<Invocation<Pick<typeof targetOptions, 'forwardTo'>>, 'args' | 'options' | 'flags'>):
  | string
  | undefined {
  const [target] = args;
  if (target !== undefined && flags.has('forwardTo') && target !== options.forwardTo) {
    throw new UserError('usage', 'Two targets are given: an argument and --forward-to.', 'Use one of them.');
  }
  return target ?? options.forwardTo;
}
