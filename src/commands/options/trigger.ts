import { commonOptions, type Invocation, ofProject } from '../../cli/command.ts';
import { providerOptions } from './providers.ts';

/** Options of `trigger`. */
export const triggerOptions = {
  list: {
    type: 'boolean',
    help: 'list the events that can be sent, of one provider or of all',
    flagOnly: true,
  },
  to: {
    type: 'string',
    short: 't',
    value: 'url',
    help: 'where to: a URL, 3000, :3000/hooks',
    default: 'the listen that is running',
    flagOnly: true,
  },
  path: { type: 'string', value: 'path', help: 'the path that is called', default: '/', flagOnly: true },
  from: { type: 'string', value: 'ref', help: 'make a recorded request the template', flagOnly: true },
  set: {
    type: 'string',
    value: 'path=value',
    help: 'change a value of the body, such as data.object.amount=500 (repeatable)',
    many: true,
    flagOnly: true,
  },
  edit: { type: 'boolean', help: 'edit it in $VISUAL or $EDITOR before it is signed', flagOnly: true },
  body: { type: 'string', value: 'file', help: 'send this body instead; - is stdin', flagOnly: true },
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
    help: 'a private test key of your own, where the vendor alone has the real one',
    flagOnly: true,
  },
  unsigned: { type: 'boolean', help: 'leave the signature out', flagOnly: true },
  dryRun: { type: 'boolean', help: 'write the request instead of sending it', flagOnly: true },
  raw: {
    type: 'boolean',
    help: 'with --dry-run: write the exact bytes to a terminal too',
    flagOnly: true,
  },
  fail: { type: 'boolean', help: 'exit with 1 on a status of 400 or more, too', flagOnly: true },
  timeout: { type: 'duration', help: 'for the whole answer', default: '30s', untrusted: 'allowed' },
  insecure: { type: 'boolean', help: "accept the target's self-signed certificate" },
  ...providerOptions,
  ...ofProject,
  ...commonOptions,
} as const;

export type TriggerInvocation = Invocation<typeof triggerOptions>;
