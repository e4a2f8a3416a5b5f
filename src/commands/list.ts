import { command, commonOptions, type Invocation, ofProject } from '../cli/command.ts';
import { type Io, write } from '../cli/io.ts';
import { withReadableStore } from '../cli/open-store.ts';
import { stylingFor } from '../cli/output-style.ts';
import { heldText } from '../format/held.ts';
import { requestJson, stringifyJson } from '../format/json.ts';
import { type MaskOptions, maskSummary } from '../format/mask.ts';
import { printable } from '../format/printable.ts';
import { requestTable } from '../format/request-table.ts';
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
  else if (result.requests.length > 0) {
    await printTable(result.requests, await maskingOf(invocation), io);
    for (const line of held ? heldLines(store, result.requests, io) : []) io.stderr.write(`${line}\n`);
    if (result.more > 0) io.stderr.write(`${moreText(result)}\n`);
  } else io.stderr.write(`${whyNone(result, options)}\n`);
  return 0;
}

async function printJson(records: Iterable<RequestRecord>, bodies: boolean, io: Io): Promise<void> {
  for (const record of records) {
    await write(io.stdout, `${stringifyJson(requestJson(record, { bodies }))}\n`);
  }
}

/** `480 more: --limit 500`. */
function moreText({ requests, more }: ListResult): string {
  return `${more} more: --limit ${requests.length + more}`;
}

/** For each target, why the newest request that is listed is held. */
function heldLines(store: Store, requests: readonly RequestSummary[], { stderr, env }: Io): string[] {
  const { symbols } = stylingFor(stderr, env);
  const byTarget = new Map<string, string>();
  for (const standing of requests.flatMap(({ seq }) => store.standings(seq, systemClock.now()))) {
    if (!byTarget.has(standing.target)) byTarget.set(standing.target, heldText(standing, { symbols }));
  }
  return [...byTarget.values()];
}

function whyNone({ isHistoryEmpty }: ListResult, { since, project, held }: Given['options']): string {
  if (isHistoryEmpty) return 'No requests recorded yet. Run webhook-cli listen 3000 to receive some.';
  const whose = project === undefined ? '' : ` in project ${printable(project)}`;
  const when = since === undefined ? '' : ' in this time';
  return held ? `No requests${whose}${when} are held.` : `No requests${whose}${when}.`;
}

async function printTable(rows: readonly RequestSummary[], masking: MaskOptions, io: Io): Promise<void> {
  const { stdout, env } = io;
  const columns = stdout.isTTY ? { columns: stdout.columns } : {};
  const masked = rows.map((row) => maskSummary(row, masking));
  const lines = requestTable(masked, { ...stylingFor(stdout, env), ...columns, ...masking, now: Date.now() });
  await write(stdout, `${lines.join('\n')}\n`);
}
