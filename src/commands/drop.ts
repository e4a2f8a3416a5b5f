import { command, commonOptions } from '../cli/command.ts';
import { write } from '../cli/io.ts';
import { withExistingStore } from '../cli/open-store.ts';
import { stringifyJson } from '../format/json.ts';
import { heldNamed } from './retry.ts';

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
      const held = await heldNamed(args, options.all ?? false, store);
      await Promise.all(held.map(({ seq, target }) => store.closeDelivery(seq, target, 'dropped', 'user')));
      const ids = [...new Set(held.map(({ seq }) => seq))].flatMap((seq) => store.summary(seq)?.id ?? []);
      if (options.json) await write(io.stdout, `${stringifyJson({ dropped: ids })}\n`);
      else io.stderr.write(`Dropped ${ids.length === 1 ? ids[0] : `${ids.length} requests`}.\n`);
      return 0;
    }),
});
