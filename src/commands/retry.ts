import { command, commonOptions, type Invocation } from '../cli/command.ts';
import { stopCode } from '../cli/io.ts';
import { withExistingStore } from '../cli/open-store.ts';
import { printable } from '../format/printable.ts';
import type { Store } from '../store/store.ts';
import { attemptPrinter } from './attempt-printer.ts';
import { heldInput } from './held-input.ts';
import { sendingOf, sendingOptions } from './options/client.ts';

const options = {
  all: { type: 'boolean', help: 'retry all held requests, oldest first', flagOnly: true },
  ...sendingOptions,
  ...commonOptions,
} as const;

type Given = Invocation<typeof options>;

export const retryCommand = command({
  arguments: [{ name: 'ref', help: 'request ids or prefixes, @ for the latest, @~1', many: true }],
  options,
  examples: ['webhook-cli retry k7m', 'webhook-cli retry --all'],
  run: (invocation) => withExistingStore(invocation, (store) => retry(store, invocation)),
});

async function retry(store: Store, { args, options, io }: Given): Promise<number> {
  const input = heldInput(args, options.all ?? false);
  const { retryRequests } = await import('../operations/retry.ts');
  const { openAttemptContext } = await import('../delivery/attempt.ts');
  const context = openAttemptContext(store, sendingOf(options, io), io.signal);
  const report = attemptPrinter(options, io);
  let exitCode = 0;
  try {
    for await (const retried of retryRequests(context, input, io.signal)) {
      if (retried.type === 'left-to') {
        const { pid, held } = retried;
        io.stderr.write(
          `webhook-cli: process ${pid} delivers to ${printable(held.target)} and retries it now.\n`,
        );
        continue;
      }
      if (retried.attempt.outcome.type === 'failed') exitCode = 1;
      await report(retried.attempt);
    }
  } finally {
    await context.close();
  }
  return io.signal.aborted ? stopCode(io.signal) : exitCode;
}
