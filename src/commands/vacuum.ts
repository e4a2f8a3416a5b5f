import { command, commonOptions } from '../cli/command.ts';
import { write } from '../cli/io.ts';
import { withExistingStore } from '../cli/open-store.ts';
import { stringifyJson } from '../format/json.ts';
import { sizeText } from '../format/size.ts';

export const vacuumCommand = command({
  arguments: [],
  options: commonOptions,
  examples: ['webhook-cli vacuum', 'webhook-cli vacuum --db hooks.db --json'],
  notes:
    'Requests that arrive meanwhile wait. It needs as much free space as the database is large. ' +
    'Backups, snapshots and copies of the file are not changed, nor are blocks that a disk keeps after they were freed.',
  run: ({ options, io, flags }) =>
    withExistingStore({ options, flags, io }, async (store) => {
      const { before, after } = await store.vacuum();
      const text = options.json
        ? stringifyJson({ before, after })
        : `${sizeText(before)} before, ${sizeText(after)} after`;
      await write(io.stdout, `${text}\n`);
      return 0;
    }),
});
