import { type Io, write } from '../cli/io.ts';
import { stylingFor } from '../cli/output-style.ts';
import { attemptJson, stringifyJson } from '../format/json.ts';
import { attemptLine } from '../format/line.ts';
import type { Attempt } from '../model/attempt.ts';
import type { HeldStanding } from '../model/held.ts';

/** Prints attempts to stdout, one a line; with a standing, the line says why the request is held. */
export function attemptPrinter(
  { json }: { readonly json?: boolean | undefined },
  { stdout, env }: Io,
): (attempt: Attempt, standing?: HeldStanding) => Promise<void> {
  const styling = stylingFor(stdout, env);
  return (attempt, standing) =>
    write(
      stdout,
      `${json ? stringifyJson(attemptJson(attempt)) : attemptLine(attempt, { ...styling, standing })}\n`,
    );
}
