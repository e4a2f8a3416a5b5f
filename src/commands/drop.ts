import { command, commonOptions } from '../cli/command.ts';
import { write } from '../cli/io.ts';
import { withExistingStore } from '../cli/open-store.ts';
import { stringifyJson } from '../format/json.ts';
import { heldInput } from './held-input.ts';

const options = {
  all: { type: 'boolean', help: 'drop all held requests', flagOnly: true },
  ...commonOptions,
} as const;

export const dropCommand = command({
  arguments: [{ name: 'ref', help: 'request ids or prefixes, @ for the latest, @~1', many: true }],
  options,
  examples: ['webhook-cli drop k7m', 'webhook-cli drop --all'],
  run: ({ args, options, io, flags }) =>
    withExistingStore({ options, flags, io }, async (store) => {
      const input = heldInput(args, options.all ?? false);
      const { dropRequests } = await import('../operations/drop.ts');
      const { ids } = await dropRequests({ store }, input);
      if (options.json) await write(io.stdout, `${stringifyJson({ dropped: ids })}\n`);
      else io.stderr.write(`Dropped ${ids.length === 1 ? ids[0] : `${ids.length} requests`}.\n`);
      return 0;
    }),
});
