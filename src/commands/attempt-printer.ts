import { type Io, write } from '../cli/io.ts';
import { stylingFor } from '../cli/output-style.ts';
import { attemptJson, stringifyJson } from '../format/json.ts';
import { attemptLine } from '../format/line.ts';
import type { Attempt } from '../model/attempt.ts';

/** Prints attempts to stdout, one a line. */
export function attemptPrinter(
  { json }: { readonly json?: boolean | undefined },
  { stdout, env }: Io,
): (attempt: Attempt) => Promise<void> {
  const styling = stylingFor(stdout, env);
  return (attempt) =>
    write(stdout, `${json ? stringifyJson(attemptJson(attempt)) : attemptLine(attempt, styling)}\n`);
}
