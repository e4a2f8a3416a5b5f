import { command } from '../cli/command.ts';
import { type Io, stopCode, write } from '../cli/io.ts';
import { stylingFor } from '../cli/output-style.ts';
import { inFlags } from '../format/in-flags.ts';
import { stringifyJson } from '../format/json.ts';
import { printable } from '../format/printable.ts';
import { asciiSymbols } from '../format/symbols.ts';
import { padded, wrapWords } from '../format/width.ts';
import type { Finding } from '../operations/doctor/finding.ts';
import { findings } from './doctor-findings.ts';
import { type DoctorInvocation, doctorOptions } from './doctor-options.ts';

export const doctorCommand = command({
  arguments: [{ name: 'target', help: 'check this target, same as --forward-to' }],
  options: doctorOptions,
  examples: [
    'webhook-cli doctor 3000              check everything for listen 3000',
    'webhook-cli doctor --no-tunnel       without opening a tunnel',
    'webhook-cli doctor --json',
  ],
  notes:
    'Takes the options of listen, and sends a GET to each target. While a listen of this folder runs, its tunnel is checked; else one is opened for the ' +
    'check. The exit code is 1 if something keeps requests from arriving.',
  toleratesConfig: true,
  run,
});

async function run(invocation: DoctorInvocation): Promise<number> {
  const { io } = invocation;
  const found: Finding[] = [];
  for await (const finding of findings(invocation)) {
    if (io.signal.aborted) return stopCode(io.signal);
    found.push(finding);
    if (!invocation.options.json) await write(io.stdout, `${textOf(finding, io).join('\n')}\n`);
  }
  if (invocation.options.json) {
    const list = found.map(({ hint, message, ...finding }) => ({
      ...finding,
      message: inFlags(message),
      hint: hint === undefined ? null : inFlags(hint),
    }));
    await write(io.stdout, `${stringifyJson({ findings: list })}\n`);
  }
  return found.some(({ state }) => state === 'failed') ? 1 : 0;
}

const marks = { ok: '✓', warning: '!', failed: '✗' } as const;
const asciiMarks = { ok: 'ok', warning: '!', failed: 'x' } as const;
const tones = { ok: 'good', warning: 'warn', failed: 'bad' } as const;

function textOf({ area, state, message, hint }: Finding, io: Io): string[] {
  const { paint, symbols } = stylingFor(io.stdout, io.env);
  const mark = symbols === asciiSymbols ? asciiMarks[state] : marks[state];
  const columns = io.stdout.isTTY ? Math.max(40, io.stdout.columns) : Number.POSITIVE_INFINITY;
  const indent = ' '.repeat(14);
  const lines = (text: string) =>
    Number.isFinite(columns) ? wrapWords(printable(text), columns - indent.length) : [printable(text)];
  const [first = '', ...rest] = lines(inFlags(message));
  return [
    `${paint(tones[state], padded(mark, 3))}${padded(area, 11)}${first}`,
    ...rest.map((line) => indent + line),
    ...(hint === undefined ? [] : lines(inFlags(hint)).map((line) => indent + paint('dim', line))),
  ];
}
