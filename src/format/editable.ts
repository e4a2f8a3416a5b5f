import type { SentRequest } from '../model/attempt.ts';
import { type Body, bodyOf, wholeBody } from '../model/body.ts';
import { UserError } from '../model/errors.ts';
import { type Header, withoutFraming } from '../model/headers.ts';
import type { CapturedRequest } from '../model/request.ts';
import { countText } from './size.ts';

/** Larger bodies stay out of an editor, and so do those that are no text: an editor would not give them back exact. */
const mostBytes = 4 * 1024 * 1024;

type Editable = Pick<CapturedRequest, 'method' | 'requestTarget' | 'headers' | 'body'>;

/**
 * A request as a text to be edited: remarks (`# …`), the request line, a field a line, an empty line, the body as it
 * is. Fields that say how the body is framed are left out: they are made anew for what is sent.
 */
export function editableRequest(request: Editable, unchanged: 'nothing is sent' | 'it is sent'): Buffer {
  const otherwise = unchanged === 'it is sent' ? 'Emptied' : 'Unchanged or emptied';
  const remarks = [`Saved, it is sent like this. ${otherwise}, nothing is sent.`];
  const withBody = isText(request.body);
  if (!withBody) remarks.push(`The body (${countText(request.body.size)} bytes, binary) is sent unchanged.`);
  const head = [
    ...remarks.map((remark) => `# ${remark}`),
    `${request.method} ${request.requestTarget}`,
    ...withoutFraming(request.headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), withBody ? wholeBody(request.body) : new Uint8Array(0)]);
}

/** Reads an edited text. Throws a UserError (code `usage`) that names the line which can't be read. */
export function readEdited(text: Uint8Array, original: Editable): SentRequest {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  const lines: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf(0x0a, at);
    const line = bytes.toString('latin1', at, end < 0 ? bytes.length : end).replace(/\r$/, '');
    at = end < 0 ? bytes.length : end + 1;
    if (line === '' && lines.some((each) => !isRemark(each))) break;
    lines.push(line);
  }
  const first = lines.findIndex((line) => !isRemark(line) && line !== '');
  const [, method, requestTarget] =
    /^([!#$%&'*+.^_`|~\w-]+) (\S+)(?: HTTP\/\d\.\d)?$/.exec(lines[first] ?? '') ?? [];
  if (method === undefined || requestTarget === undefined) {
    throw notRead(Math.max(first, 0), 'a request line such as POST /path');
  }
  const headers = lines.slice(first + 1).map((line, index) => headerOf(line, first + 1 + index));
  return { method, requestTarget, headers, body: editedBody(bytes.subarray(at), original.body) };
}

function headerOf(line: string, index: number): Header {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
  if (name === undefined || value === undefined || /[\u0000-\u0008\u000b-\u001f\u007f]/.test(value)) {
    throw notRead(index, 'a header such as Name: value, and there is no empty line before the body');
  }
  return [name, value];
}

/** Editors end the last line, which is no change to a body that did not end in one. */
function editedBody(written: Buffer, original: Body): Body {
  if (!isText(original)) return written.length === 0 ? original : bodyOf(Buffer.from(written));
  const before = wholeBody(original);
  const isSame =
    written.length === before.length + 1 && written.at(-1) === 0x0a && written.subarray(0, -1).equals(before);
  return isSame ? original : bodyOf(Buffer.from(written));
}

function isText(body: Body): boolean {
  if (body.size > mostBytes) return false;
  const bytes = wholeBody(body);
  if (bytes.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const isRemark = (line: string) => line.startsWith('# ');

function notRead(index: number, what: string): UserError {
  return new UserError('usage', `Line ${index + 1} is not ${what}.`);
}
