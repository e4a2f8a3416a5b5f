import { command, commonOptions, type Invocation, ofProject } from '../cli/command.ts';
import { type Io, write } from '../cli/io.ts';
import { withReadableStore } from '../cli/open-store.ts';
import { stylingFor } from '../cli/output-style.ts';
import { requestJson, stringifyJson } from '../format/json.ts';
import { requestTable } from '../format/line.ts';
import { type MaskOptions, maskSummary } from '../format/mask.ts';
import { printable } from '../format/printable.ts';
import { systemClock } from '../model/clock.ts';
import type { RequestRecord, RequestSummary } from '../model/request.ts';
import type { ListResult } from '../operations/list.ts';
import type { Store } from '../store/store.ts';
import { maskingOf, maskingOptions } from './options/masking.ts';

const defaultLimit = 20;

const options = {
  limit: {
    type: 'count',
    short: 'n',
    help: 'maximum number of requests to list',
    default: defaultLimit,
    flagOnly: true,
    commandKey: true,
    untrusted: 'allowed',
  },
  since: { type: 'duration', help: 'only requests received within this time, such as 10m', flagOnly: true },
  ...ofProject,
  held: { type: 'boolean', help: 'only held requests', flagOnly: true },
  bodies: { type: 'boolean', help: 'with --json: include bodies', flagOnly: true },
  ...maskingOptions,
  ...commonOptions,
} as const;

export const listCommand = command({
  arguments: [],
  options,
  examples: ['webhook-cli list -n 50', 'webhook-cli list --since 1h --json'],
  run: (invocation) => withReadableStore(invocation, (store) => list(store, invocation)),
});

type Given = Invocation<typeof options>;

async function list(store: Store, invocation: Given): Promise<number> {
  const { listedRecords, listRequests } = await import('../operations/list.ts');
  const { options, io } = invocation;
  const { limit = defaultLimit, project, since: withinMs, held } = options;
  const result = listRequests({ store, clock: systemClock }, { limit, project, withinMs, held });
  if (options.json) await printJson(listedRecords(store, result), options.bodies ?? false, io);
  else if (result.requests.length > 0) await printTable(result.requests, await maskingOf(invocation), io);
  else io.stderr.write(`${whyNone(result, options)}\n`);
  return 0;
}

async function printJson(records: Iterable<RequestRecord>, bodies: boolean, io: Io): Promise<void> {
  for (const record of records) {
    await write(io.stdout, `${stringifyJson(requestJson(record, { bodies }))}\n`);
  }
}

function whyNone({ isHistoryEmpty }: ListResult, { since, project, held }: Given['options']): string {
  if (held) return 'No requests are held.';
  if (isHistoryEmpty) return 'No requests recorded yet. Run webhook-cli listen 3000 to receive some.';
  const whose = project === undefined ? '' : ` in project ${printable(project)}`;
  return `No requests${whose}${since === undefined ? '' : ' in this time'}.`;
}

async function printTable(rows: readonly RequestSummary[], masking: MaskOptions, io: Io): Promise<void> {
  const { stdout, env } = io;
  const columns = stdout.isTTY ? { columns: stdout.columns } : {};
  const masked = rows.map((row) => maskSummary(row, masking));
  const lines = requestTable(masked, { ...stylingFor(stdout, env), ...columns, ...masking, now: Date.now() });
  await write(stdout, `${lines.join('\n')}\n`);
}
