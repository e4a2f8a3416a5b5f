import type { HostHeader } from '../session/sending.ts';
import type { OptionSpecs } from './command.ts';

/** Options of every command that sends requests to a target. */
export const sendingOptions = {
  timeout: { type: 'duration', help: "for the target's whole answer", default: '30s' },
  hostHeader: {
    type: 'string',
    value: 'rewrite|name',
    help: 'the Host that the target sees: its own (rewrite) or a name, for dev servers that refuse others',
    default: 'as received',
  },
  insecure: { type: 'boolean', help: "accept the target's self-signed certificate", trusted: true },
} as const satisfies OptionSpecs;

/** What `--host-header` says. */
export function hostHeaderOf(text: string | undefined): HostHeader {
  if (text === undefined || text === 'keep') return 'keep';
  return text === 'rewrite' ? 'rewrite' : { name: text };
}
