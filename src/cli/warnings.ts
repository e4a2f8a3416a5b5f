import { stringifyJson } from '../format/json.ts';
import { printable } from '../format/printable.ts';
import type { Io } from './io.ts';

/** Writes warnings to stderr: as lines for people, or as `{ type: "warning", code, message }`. */
export function printWarnings(
  messages: readonly string[],
  code: string,
  json: boolean,
  { stderr }: Pick<Io, 'stderr'>,
): void {
  for (const message of messages) {
    const line = json
      ? stringifyJson({ type: 'warning', code, message })
      : `webhook-cli: ${printable(message)}`;
    stderr.write(`${line}\n`);
  }
}
