import { type Body, wholeBody } from '../../model/body.ts';
import { endToEnd, type Header, type HeaderList, headerValue, withoutFraming } from '../../model/headers.ts';
import { withoutToken } from '../../model/path-token.ts';
import { type Base, joinTarget } from '../../model/request-target.ts';
import { type MaskOptions, maskBytes, maskHeaders, maskSecrets } from '../mask.ts';
import { printable } from '../printable.ts';
import type { ExportedRecord, ExportFormat, ExportOptions } from './format.ts';

interface Sendable {
  readonly method: string;
  readonly requestTarget: string;
  readonly headers: HeaderList;
  readonly body: Body;
}

/** A shell script that sends the request to the target with curl, its credentials masked. */
export const curlFormat = {
  name: 'curl',
  title: 'cURL',
  extension: 'sh',
  mediaType: 'application/x-sh',
  isExact: false,
  fileStart: '#!/bin/sh\n',
  key: 'c',
  fileHelp: 'a shell script with a curl command, credentials masked',
  copyHelp: 'a curl command for the target, credentials masked',
  copyNoun: 'a curl command',
  export(record, options) {
    const command = commandOf(record, options, options);
    const isMasked = command !== commandOf(record, options, { showSecrets: true });
    return { content: [command, '\n'], isMasked };
  },
} as const satisfies ExportFormat;

/** The same script with the credentials of the request. */
export const curlWithSecretsFormat = {
  ...curlFormat,
  name: 'curl-with-secrets',
  key: 'C',
  isOffKeyBar: true,
  fileHelp: 'the shell script with credentials',
  copyHelp: 'the curl command with credentials',
  export: (record, options) => ({
    content: [commandOf(record, options, { showSecrets: true }), '\n'],
    isMasked: false,
    remark: 'with credentials',
  }),
} as const satisfies ExportFormat;

function commandOf(
  { request }: ExportedRecord,
  { origin, pathToken }: ExportOptions,
  masking: MaskOptions,
): string {
  const requestTarget = withoutToken(request.requestTarget, pathToken);
  return curlCommand({ ...request, requestTarget }, origin, masking);
}

/**
 * A POSIX shell command that sends a request with curl to `origin` (`http://localhost:3000`, with a base path or
 * without): its fields in their order, nothing that curl would add, the body byte for byte. Credentials are masked
 * unless `showSecrets`. Whatever was captured stands in quotes or as octal numbers, so the shell runs none of it; curl
 * is given the body through a pipe, since it would read a file for one that begins with `@`.
 */
export function curlCommand(request: Sendable, origin: string, options: MaskOptions = {}): string {
  const { method, requestTarget } = request;
  const joined = joinTarget(baseOf(origin), requestTarget);
  if ('fault' in joined) return `# This request can't be sent: ${printable(joined.fault)}.`;
  const url = maskSecrets(joined.url, options);
  const path = maskSecrets(joined.path, options);
  const sent = withoutFraming(endToEnd(request.headers)).filter(isSendable);
  const headers = maskHeaders(sent, options);
  // curl can't send a body with HEAD.
  const isHead = method === 'HEAD';
  const body = isHead ? noBytes : maskBytes(wholeBody(request.body), options);
  const words = [
    'curl -sS -g --path-as-is',
    isHead ? '--head' : `-X ${quoted(method)}`,
    quoted(url),
    ...(isPlainTarget(path) ? [] : [`--request-target ${quoted(path)}`]),
    ...headers.map(([name, value]) => `-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`),
    ...unwanted(headers, body.length > 0).map((name) => `-H '${name}:'`),
  ];
  if (body.length === 0) return words.join(' \\\n  ');
  return `${printed(body)} |\n${[...words, '--data-binary @-'].join(' \\\n  ')}`;
}

const noBytes = Buffer.alloc(0);

/** True if curl puts it into the request line unchanged: it leaves out the fragment of an address, for one. */
function isPlainTarget(path: string): boolean {
  return /^[!-~]*$/.test(path) && !/[#\\^`|"<>]/.test(path);
}

/** Curl would take anything but a header for a file of headers (`@name`), or for several. */
function isSendable([name, value]: Header): boolean {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !/[\0\r\n]/.test(value);
}

/** A shell builtin that writes these bytes: an argument of a program could not be as long as a body. */
function printed(bytes: Buffer): string {
  const text = plainText(bytes);
  return text === undefined ? `printf '${octal(bytes)}'` : `printf %s ${singleQuoted(text)}`;
}

/** `http://localhost:3000/base`, with a slash behind it or not. */
function baseOf(address: string): Base {
  const [, origin = '', path = ''] = /^(https?:\/\/[^/]*)(.*)$/i.exec(address) ?? [];
  return { origin, basePath: path.replace(/\/+$/, '') };
}

/** Fields that curl sends by itself and the request does not have. */
function unwanted(headers: HeaderList, hasBody: boolean): string[] {
  const own = ['User-Agent', 'Accept', ...(hasBody ? ['Content-Type', 'Expect'] : [])];
  return own.filter((name) => headerValue(headers, name) === undefined);
}

/** A word of a command. Its characters are bytes: what is not printable ASCII is written as their numbers. */
function quoted(word: string): string {
  if (/^[\w./:@%+=,-]+$/.test(word)) return word;
  if (/^[ -~]*$/.test(word)) return singleQuoted(word);
  return `"$(printf '${octal(bytesOf(word))}')"`;
}

/** Header text is latin1, one character a byte; what was masked in it is not. */
function bytesOf(word: string): Buffer {
  return Buffer.from(word, /[\u0100-\uffff]/.test(word) ? 'utf8' : 'latin1');
}

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** For the format of `printf`: letters and digits as they are, everything else as a number of three digits. */
function octal(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    text += /[A-Za-z0-9]/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return text;
}

/** The text of a body that a terminal and a shell can be given as it is. */
function plainText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const isPlain = text.split(/[\n\t]/).every((part) => printable(part) === part);
    return isPlain ? text : undefined;
  } catch {
    return undefined;
  }
}
