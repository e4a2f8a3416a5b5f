import { command, commonOptions, refsOfProject } from '../cli/command.ts';
import { confirmed, requireTerminal } from '../cli/confirm.ts';
import { type Io, stopCode, write } from '../cli/io.ts';
import { withExistingStore } from '../cli/open-store.ts';
import { stringifyJson } from '../format/json.ts';
import { requestTable } from '../format/line.ts';
import type { RequestSummary } from '../model/request.ts';

const options = {
  yes: { type: 'boolean', short: 'y', help: 'do not ask', flagOnly: true },
  ...refsOfProject,
  ...commonOptions,
} as const;

export const deleteCommand = command({
  arguments: [
    { name: 'ref', help: 'request ids or prefixes, @ for the latest, @~1', required: true, many: true },
  ],
  options,
  notes:
    'Their data is overwritten in the database file. Backups, snapshots and copies of the file are not changed, ' +
    'nor are blocks that a disk keeps after they were freed.',
  examples: ['webhook-cli delete k7m', 'webhook-cli delete @ @~1 --yes'],
  run: ({ args, options, io, flags }) =>
    withExistingStore({ options, flags, io }, async (store) => {
      const seqs = [...new Set(args.map((ref) => store.resolve(ref, options.project)))];
      const doomed = seqs.flatMap((seq) => store.summary(seq) ?? []);
      if (!options.yes && !(await isConfirmed(doomed, io))) {
        io.stderr.write('Nothing deleted.\n');
        return io.signal.aborted ? stopCode(io.signal) : 1;
      }
      const deleted = await store.delete(seqs);
      const ids = doomed.map(({ id }) => id);
      if (options.json) await write(io.stdout, `${stringifyJson({ deleted: ids })}\n`);
      else io.stderr.write(`Deleted ${deleted === 1 ? ids[0] : `${deleted} requests`}.\n`);
      return 0;
    }),
});

async function isConfirmed(doomed: readonly RequestSummary[], io: Io): Promise<boolean> {
  requireTerminal('delete', io);
  const lines = requestTable(doomed, { columns: io.stderr.columns, now: Date.now() });
  io.stderr.write(`${lines.join('\n')}\n`);
  return confirmed('Delete permanently?', 'delete', io);
}
