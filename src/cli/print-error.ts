import { inFlags } from '../format/in-flags.ts';
import { errorJson, stringifyJson } from '../format/json.ts';
import { printable, printableLines } from '../format/printable.ts';
import { exitCodeOf, exitCodes, UserError } from '../model/errors.ts';
import type { Io } from './io.ts';
import { variableOf } from './settings.ts';

const where = 'Run npm bugs webhook-cli to report it.';

/** Prints an error with its hint, as JSON with --json; returns the exit code. */
export function printError(error: unknown, argv: readonly string[], io: Io): number {
  const asJson = argv.includes('--json') || /^(true|1|yes|on)$/i.test(io.env[variableOf('json')] ?? '');
  if (!(error instanceof UserError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr.write(asJson ? json('bug', stack, where) : bug(stack));
    return exitCodes.failed;
  }
  const { code, said } = error;
  const message = inFlags(said.message);
  const hint = said.hint === undefined ? undefined : inFlags(said.hint);
  // A line each: what was captured or set may be in them, and must not pass for a line of ours.
  const text = [message, ...(hint === undefined ? [] : [hint])].map(printable).join('\n');
  io.stderr.write(asJson ? json(code, message, hint) : `webhook-cli: ${text}\n`);
  return exitCodeOf(error);
}

function json(code: string, message: string, hint: string | undefined): string {
  return `${stringifyJson(errorJson({ code, message, hint }))}\n`;
}

function bug(stack: string): string {
  return `webhook-cli: this is a bug in webhook-cli. No recorded request is lost.\n${printableLines(stack).join('\n  ')}\n${where}\n`;
}
