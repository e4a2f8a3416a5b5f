import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { stringifyJson } from '../format/json.ts';
import { requestTable } from '../format/line.ts';
import { UserError } from '../model/errors.ts';
import type { RequestSummary } from '../model/request.ts';
import { command, commonOptions, lookAtNamed } from './command.ts';
import { type Io, stopCode, write } from './io.ts';
import { withExistingStore } from './open-store.ts';

const options = {
  yes: { type: 'boolean', short: 'y', help: 'do not ask', flagOnly: true },
  ...lookAtNamed,
  ...commonOptions,
} as const;

export const deleteCommand = command({
  arguments: [{ name: 'ref', help: 'ids, their first characters, @, @~1', required: true, many: true }],
  options,
  notes:
    'What they took up in the file is overwritten. It does not reach backups, snapshots and copies of the file, ' +
    'nor blocks that a disk keeps after they were freed.',
  examples: ['webhook-cli delete k7m', 'webhook-cli delete @ @~1 --yes'],
  run: ({ args, options, io, flags }) =>
    withExistingStore({ options, flags, io }, async (store) => {
      const seqs = [...new Set(args.map((ref) => store.resolve(ref, options.name)))];
      const doomed = seqs.flatMap((seq) => store.summary(seq) ?? []);
      if (!options.yes && !(await confirmed(doomed, io))) {
        io.stderr.write('Nothing was deleted.\n');
        return io.signal.aborted ? stopCode(io.signal) : 1;
      }
      const deleted = await store.delete(seqs);
      const ids = doomed.map(({ id }) => id);
      if (options.json) await write(io.stdout, `${stringifyJson({ deleted: ids })}\n`);
      else io.stderr.write(`Deleted ${deleted === 1 ? ids[0] : `${deleted} requests`}.\n`);
      return 0;
    }),
});

async function confirmed(doomed: readonly RequestSummary[], io: Io): Promise<boolean> {
  if (!io.stdin.isTTY || !io.stderr.isTTY) {
    throw new UserError(
      'usage',
      'delete asks before it deletes, and there is no terminal to ask on.',
      'Give --yes.',
    );
  }
  const lines = requestTable(doomed, { columns: io.stderr.columns, now: Date.now() });
  io.stderr.write(`${lines.join('\n')}\n`);
  io.stderr.write('Delete for good? [y/N] ');
  // Without an output the terminal stays as it is: Ctrl-C is a signal, Ctrl-D ends the input.
  const input = createInterface({ input: io.stdin });
  const { signal } = io;
  try {
    const [answer] = await Promise.race([once(input, 'line', { signal }), once(input, 'close', { signal })]);
    if (answer === undefined) io.stderr.write('\n');
    return /^y(es)?$/i.test(String(answer ?? '').trim());
  } catch {
    io.stderr.write('\n');
    return false;
  } finally {
    input.close();
  }
}
