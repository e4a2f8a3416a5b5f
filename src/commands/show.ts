import { command, commonOptions, type Invocation, refsOfProject } from '../cli/command.ts';
import { type Io, write } from '../cli/io.ts';
import { withReadableStore } from '../cli/open-store.ts';
import { stylingFor } from '../cli/output-style.ts';
import { writeBytes } from '../cli/write-bytes.ts';
import { rawRequest } from '../format/export/http.ts';
import { requestJson, stringifyJson } from '../format/json.ts';
import { type MaskOptions, maskHeaders } from '../format/mask.ts';
import { printableLatin1 } from '../format/printable.ts';
import { showLines } from '../format/show.ts';
import { UserError } from '../model/errors.ts';
import type { RequestRecord } from '../model/request.ts';
import { maskingOf, maskingOptions } from './options/masking.ts';

const options = {
  body: { type: 'boolean', help: 'print the body, byte for byte', flagOnly: true },
  headers: { type: 'boolean', help: 'print only the headers', flagOnly: true },
  raw: {
    type: 'boolean',
    help: 'print the request as an HTTP/1.1 message, ready to send',
    flagOnly: true,
  },
  showSecrets: {
    type: 'boolean',
    help: 'do not mask credentials such as Authorization and Cookie',
    flagOnly: true,
  },
  ...refsOfProject,
  ...maskingOptions,
  ...commonOptions,
} as const;

type Options = Invocation<typeof options>['options'];

export const showCommand = command({
  arguments: [
    {
      name: 'ref',
      help: 'request id or prefix, @ for the latest, @~1 for the one before',
      required: true,
    },
  ],
  options,
  examples: [
    'webhook-cli show @',
    'webhook-cli show k7m --body > payload.json',
    'webhook-cli show @ --raw | nc localhost 3000',
  ],
  run: (invocation) =>
    withReadableStore(invocation, async (store) => {
      const { args, options, io } = invocation;
      const forms = (['body', 'headers', 'raw', 'json'] as const).filter((form) => options[form]);
      if (forms.length > 1) {
        throw new UserError('usage', `--${forms.join(' and --')} cannot be combined.`, 'Use one of them.');
      }
      const { showRequest } = await import('../operations/show.ts');
      const record = showRequest({ store }, { ref: args[0]!, project: options.project });
      await print(
        record,
        options,
        { ...(await maskingOf(invocation)), showSecrets: options.showSecrets },
        io,
      );
      return 0;
    }),
});

async function print(record: RequestRecord, options: Options, masking: MaskOptions, io: Io): Promise<void> {
  const { stdout, env } = io;
  const { request } = record;
  if (options.json) await write(stdout, `${stringifyJson(requestJson(record, { bodies: true }))}\n`);
  else if (options.raw) await writeBytes(rawRequest(request), io);
  else if (options.body) await writeBytes(request.body.stream(), io);
  else if (options.headers) {
    const headers = maskHeaders(request.headers, masking);
    await write(stdout, headers.map(([name, value]) => `${printableLatin1(`${name}: ${value}`)}\n`).join(''));
  } else {
    const styling = stylingFor(stdout, env);
    const columns = stdout.isTTY ? { columns: stdout.columns } : {};
    await writeLines(showLines(record, { ...styling, ...columns, ...masking }), io);
  }
}

/** Writes lines in blocks: a body may have two million, and a system call for each would take minutes. */
async function writeLines(lines: Iterable<string>, { stdout }: Io): Promise<void> {
  let text = '';
  for (const line of lines) {
    text += `${line}\n`;
    if (text.length < writeLength) continue;
    if (stdout.destroyed) return;
    await write(stdout, text);
    text = '';
  }
  await write(stdout, text);
}

const writeLength = 64 * 1024;
