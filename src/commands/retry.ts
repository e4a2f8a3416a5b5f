import { command, commonOptions, type Invocation } from '../cli/command.ts';
import { type Io, stopCode, write } from '../cli/io.ts';
import { withExistingStore } from '../cli/open-store.ts';
import { stylingFor } from '../cli/output-style.ts';
import { attemptJson, stringifyJson } from '../format/json.ts';
import { attemptLine } from '../format/line.ts';
import { printable } from '../format/printable.ts';
import { UserError } from '../model/errors.ts';
import type { HeldDelivery, Store } from '../store/store.ts';
import { sendingOf, sendingOptions } from './options/client.ts';

const options = {
  all: { type: 'boolean', help: 'retry all held requests, oldest first', flagOnly: true },
  ...sendingOptions,
  ...commonOptions,
} as const;

type Options = Invocation<typeof options>['options'];

export const retryCommand = command({
  arguments: [{ name: 'ref', help: 'request ids or prefixes, @ for the latest, @~1', many: true }],
  options,
  examples: ['webhook-cli retry k7m', 'webhook-cli retry --all'],
  run: ({ args, options, io, flags }) =>
    withExistingStore({ options, flags, io }, async (store) => {
      const held = await heldNamed(args, options.all ?? false, store, ' Use replay for the others.');
      return retryAll(held, store, options, io);
    }),
});

/** The held requests among the refs, or all held ones. Throws a UserError if none of the refs is held. */
export async function heldNamed(
  refs: readonly string[],
  all: boolean,
  store: Store,
  otherwise = '',
): Promise<HeldDelivery[]> {
  if (all === refs.length > 0) {
    throw new UserError(
      'usage',
      all ? '--all cannot be combined with ids.' : 'No request is given.',
      'Give ids, or --all.',
    );
  }
  const { heldOf, refusedBefore } = await import('../session/delivery/retry.ts');
  if (all) return heldOf(store);
  const seqs = refs.map((ref) => store.resolve(ref));
  const held = heldOf(store, seqs);
  if (held.length > 0) return held;
  for (const seq of seqs) {
    const refusal = store.refusal(seq);
    if (refusal !== null) throw refusedBefore(store, seq, refusal);
  }
  throw new UserError(
    'failed',
    'None of these requests is held.',
    `Run webhook-cli list --held to see which are.${otherwise}`,
  );
}

async function retryAll(
  held: readonly HeldDelivery[],
  store: Store,
  options: Options,
  io: Io,
): Promise<number> {
  const { openRetrier } = await import('../session/delivery/retry.ts');
  const retrier = openRetrier(store, sendingOf(options, io), io.signal);
  const styling = stylingFor(io.stdout, io.env);
  let worst = 0;
  try {
    for (const one of held) {
      if (io.signal.aborted) break;
      const retried = await retrier.retry(one);
      if (retried.type === 'left-to') {
        io.stderr.write(
          `webhook-cli: process ${retried.pid} delivers to ${printable(one.target)} and retries it now.\n`,
        );
        continue;
      }
      const { attempt } = retried;
      if (attempt.outcome.type === 'failed') worst = 1;
      const line = options.json ? stringifyJson(attemptJson(attempt)) : attemptLine(attempt, styling);
      await write(io.stdout, `${line}\n`);
    }
  } finally {
    await retrier.close();
  }
  return io.signal.aborted ? stopCode(io.signal) : worst;
}
