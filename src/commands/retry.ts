import { command, commonOptions, type Invocation, ofProject } from '../cli/command.ts';
import { confirmed, requireTerminal } from '../cli/confirm.ts';
import { type Io, stopCode, write } from '../cli/io.ts';
import { withExistingStore } from '../cli/open-store.ts';
import { stylingFor } from '../cli/output-style.ts';
import { heldText } from '../format/held.ts';
import { heldLine } from '../format/line.ts';
import { targetName } from '../format/target-name.ts';
import { defaults } from '../model/defaults.ts';
import { parseTarget } from '../model/target.ts';
import type { HeldInput } from '../operations/held.ts';
import type { Retried } from '../operations/retry.ts';
import type { Store } from '../store/store.ts';
import { attemptPrinter } from './attempt-printer.ts';
import { heldInput } from './held-input.ts';
import { sendingOf, sendingOptions } from './options/client.ts';

/** A running process gets this long beyond the time limit of a response. */
const graceMs = 5_000;

const options = {
  all: { type: 'boolean', help: 'retry all held requests, oldest first', flagOnly: true },
  to: {
    type: 'string',
    short: 't',
    value: 'target',
    help: 'move them to this target first: 3000, :3000/hooks, http://host/base',
    default: 'the target they are held for',
    flagOnly: true,
  },
  yes: { type: 'boolean', short: 'y', help: 'do not ask', flagOnly: true },
  ...ofProject,
  ...sendingOptions,
  ...commonOptions,
} as const;

type Given = Invocation<typeof options>;

export const retryCommand = command({
  arguments: [{ name: 'ref', help: 'request ids or prefixes, @ for the latest, @~1', many: true }],
  options,
  examples: ['webhook-cli retry k7m', 'webhook-cli retry --all', 'webhook-cli retry --all --to 3000'],
  run: (invocation) => withExistingStore(invocation, (store) => retry(store, invocation)),
});

async function retry(store: Store, { args, options, io }: Given): Promise<number> {
  const input = heldInput(args, options.all ?? false, options.project);
  const { to, yes = false } = options;
  if (to !== undefined && !yes && !(await mayMove(store, input, to, io))) {
    io.stderr.write('Nothing moved.\n');
    return io.signal.aborted ? stopCode(io.signal) : 1;
  }
  const { retryRequests } = await import('../operations/retry.ts');
  const { openAttemptContext } = await import('../delivery/attempt.ts');
  const context = openAttemptContext(store, sendingOf(options, io), io.signal);
  const report = resultPrinter(store, options, io);
  const waitMs = (options.timeout ?? defaults.timeoutMs) + graceMs;
  let exitCode = 0;
  try {
    for await (const retried of retryRequests(context, { ...input, to, waitMs }, io.signal)) {
      if (retried.state !== 'delivered') exitCode = 1;
      await report(retried);
    }
  } finally {
    await context.close();
  }
  return io.signal.aborted ? stopCode(io.signal) : exitCode;
}

/** One request is moved at once; the user is asked for more. */
async function mayMove(store: Store, input: HeldInput, to: string, io: Io): Promise<boolean> {
  const { href } = parseTarget(to);
  const { heldDeliveries } = await import('../operations/held.ts');
  const held = await heldDeliveries(store, input);
  const moved = new Set(held.filter(({ target }) => target !== href).map(({ seq }) => seq));
  if (moved.size <= 1) return true;
  requireTerminal('retry --to', io);
  return confirmed(`Move ${moved.size} requests to ${targetName(href)}?`, 'retry --to', io);
}

/** Prints what each request came to: attempts are data, and what is held without one is told to people. */
function resultPrinter(store: Store, options: Given['options'], io: Io): (retried: Retried) => Promise<void> {
  const printAttempt = attemptPrinter(options, io);
  return async ({ held, attempt, state, standing }) => {
    const id = store.summary(held.seq)?.id ?? '';
    if (attempt) await printAttempt(attempt, standing);
    else if (standing && !options.json)
      await write(io.stdout, `${heldLine(id, standing, stylingFor(io.stdout, io.env))}\n`);
    else {
      const { symbols } = stylingFor(io.stderr, io.env);
      io.stderr.write(`webhook-cli: ${id} ${standing ? heldText(standing, { symbols }) : `is ${state}`}\n`);
    }
  };
}
