import { command, commonOptions, refsOfProject } from '../cli/command.ts';
import { confirmed, requireTerminal } from '../cli/confirm.ts';
import { type Io, stopCode, write } from '../cli/io.ts';
import { withExistingStore } from '../cli/open-store.ts';
import { stringifyJson } from '../format/json.ts';
import { requestTable } from '../format/request-table.ts';
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
      const { deleteRequests, requestsToDelete } = await import('../operations/delete.ts');
      const requests = await requestsToDelete({ store }, { refs: args, project: options.project });
      if (!options.yes && !(await isConfirmed(requests, io))) {
        io.stderr.write('Nothing deleted.\n');
        return io.signal.aborted ? stopCode(io.signal) : 1;
      }
      const count = await deleteRequests(
        { store },
        requests.map(({ seq }) => seq),
      );
      const ids = requests.map(({ id }) => id);
      if (options.json) await write(io.stdout, `${stringifyJson({ deleted: ids })}\n`);
      else io.stderr.write(`Deleted ${count === 1 ? ids[0] : `${count} requests`}.\n`);
      return 0;
    }),
});

async function isConfirmed(requests: readonly RequestSummary[], io: Io): Promise<boolean> {
  requireTerminal('delete', io);
  const lines = requestTable(requests, { columns: io.stderr.columns, now: Date.now() });
  io.stderr.write(`${lines.join('\n')}\n`);
  return confirmed('Delete permanently?', 'delete', io);
}
