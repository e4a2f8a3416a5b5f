import { commonOptions, type Invocation, ofProject } from '../../cli/command.ts';
import { defaults } from '../../model/defaults.ts';
import { providerOptions } from './providers.ts';

/** Options of `trigger`. */
export const triggerOptions = {
  list: {
    type: 'boolean',
    help: 'list the events that can be sent, for one provider or all',
    flagOnly: true,
  },
  to: {
    type: 'string',
    short: 't',
    value: 'url',
    help: 'send to this target: a URL, 3000, :3000/hooks',
    default: 'the running listen',
    flagOnly: true,
  },
  path: { type: 'string', value: 'path', help: 'request path', default: '/', flagOnly: true },
  from: { type: 'string', value: 'ref', help: 'use a recorded request as the template', flagOnly: true },
  set: {
    type: 'string',
    value: 'path=value',
    help: 'set a value in the body, such as data.object.amount=500 (repeatable)',
    many: true,
    flagOnly: true,
  },
  edit: {
    type: 'boolean',
    help: 'edit the request in $VISUAL or $EDITOR before it is signed',
    flagOnly: true,
  },
  body: { type: 'string', value: 'file', help: 'send the body in this file (- is stdin)', flagOnly: true },
  header: {
    type: 'string',
    short: 'H',
    value: 'name: value',
    help: 'set a header (repeatable)',
    many: true,
    flagOnly: true,
  },
  key: {
    type: 'string',
    value: 'env:NAME',
    help: 'private test key, for providers whose real key only they have',
    flagOnly: true,
  },
  unsigned: { type: 'boolean', help: 'send without a signature', flagOnly: true },
  dryRun: { type: 'boolean', help: 'print the request instead of sending it', flagOnly: true },
  raw: {
    type: 'boolean',
    help: 'with --dry-run: print exact bytes even to a terminal',
    flagOnly: true,
  },
  fail: { type: 'boolean', help: 'exit with code 1 on a response status of 400 or more', flagOnly: true },
  timeout: {
    type: 'duration',
    help: 'time limit for the whole response',
    default: defaults.timeoutMs,
    untrusted: 'allowed',
  },
  insecure: { type: 'boolean', help: "accept the target's self-signed certificate" },
  ...providerOptions,
  ...ofProject,
  ...commonOptions,
} as const;

export type TriggerInvocation = Invocation<typeof triggerOptions>;
