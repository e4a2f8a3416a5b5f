import { command, commonOptions, ofProject } from '../cli/command.ts';
import { stopCode } from '../cli/io.ts';
import { databaseFile, warningsTo, withStore } from '../cli/open-store.ts';
import { inFlags } from '../format/in-flags.ts';
import { printable } from '../format/printable.ts';
import { UserError } from '../model/errors.ts';
import { parseTarget } from '../model/target.ts';
import { attemptPrinter } from './attempt-printer.ts';
import { sendingOf, sendingOptions } from './options/client.ts';
import { holdingOf, holdingOptions } from './options/retry-policy.ts';

const options = {
  all: {
    type: 'boolean',
    help: 'first forward all recorded requests, oldest first, handshakes included; never refused ones',
    flagOnly: true,
  },
  since: {
    type: 'duration',
    help: 'first forward requests received within this time, such as 10m',
    flagOnly: true,
  },
  again: {
    type: 'boolean',
    help: 'also send requests that this target has already responded to',
    flagOnly: true,
  },
  ...ofProject,
  ...holdingOptions,
  ...sendingOptions,
  ...commonOptions,
} as const;

export const forwardCommand = command({
  arguments: [{ name: 'target', help: 'target: 3000, :3000/hooks, http://host/base', required: true }],
  options,
  examples: ['webhook-cli forward 4000', 'webhook-cli forward 4000 --since 10m'],
  run: async ({ args, options, io }) => {
    if (options.all && options.since !== undefined) {
      throw new UserError('usage', '--all cannot be combined with --since.', 'Use one of them.');
    }
    const target = parseTarget(args[0]!);
    const { forward } = await import('../delivery/forward.ts');
    const { stderr, signal } = io;
    const report = attemptPrinter(options, io);
    return withStore(
      databaseFile(options.db, io),
      {},
      async (store) => {
        // Before it is said that it forwards: what is recorded after that must not be missed.
        const after = options.all || options.since !== undefined ? 0 : store.highestSeq();
        const since = options.since === undefined ? undefined : Date.now() - options.since;
        if (!options.json) stderr.write(`webhook-cli: forwarding to ${target.href}. Press Ctrl-C to stop.\n`);
        await forward({
          store,
          target,
          after,
          since,
          project: options.project,
          handled: options.all ?? false,
          again: options.again ?? false,
          ...sendingOf(options, io),
          ...holdingOf(options),
          signal,
          onEvent(event) {
            if (event.type === 'attempt') void report(event.attempt);
            else if (event.type === 'warning')
              stderr.write(`webhook-cli: ${printable(inFlags(event.said ?? event.message))}\n`);
          },
        });
        return stopCode(signal);
      },
      warningsTo(options, io),
    );
  },
});
