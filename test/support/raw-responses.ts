const crlf = (...lines: readonly string[]) => lines.join('\r\n');

const ok = 'HTTP/1.1 200 OK';
const two = 'Content-Length: 2';
const chunked = 'Transfer-Encoding: chunked';

/** A response as a target writes it (latin1) before it ends the connection, and what of it the sender gets. */
export interface RawResponse {
  readonly bytes: string;
  readonly status: number;
  /** latin1; `OK` unless given. */
  readonly statusText?: string;
  /** `hi` unless given. */
  readonly body?: string;
}

const utf8 = (text: string) => Buffer.from(text).toString('latin1');

/** Responses that a lenient client reads, and we deliver. */
export const readable: Readonly<Record<string, RawResponse>> = {
  'a Content-Length twice': { bytes: crlf(ok, two, two, '', 'hi'), status: 200 },
  'a Content-Length three times, in any case': {
    bytes: crlf(ok, two, 'content-length: 2', 'X-A: 1', 'CONTENT-LENGTH:2', '', 'hi'),
    status: 200,
  },
  'a list of equal lengths': { bytes: crlf(ok, 'Content-Length: 2, 2 ,2', '', 'hi'), status: 200 },
  'lists of equal lengths, twice': {
    bytes: crlf(ok, 'Content-Length: 2,2', 'Content-Length: 2, 2', '', 'hi'),
    status: 200,
  },
  'a Content-Length twice, after an interim response': {
    bytes: crlf('HTTP/1.1 103 Early Hints', 'Link: a', '', ok, two, two, '', 'hi'),
    status: 200,
  },
  'Content-Length before chunked': { bytes: crlf(ok, two, chunked, '', '2', 'hi', '0', '', ''), status: 200 },
  'Content-Length behind chunked': { bytes: crlf(ok, chunked, two, '', '2', 'hi', '0', '', ''), status: 200 },
  'a wrong Content-Length beside chunked': {
    bytes: crlf(ok, chunked, 'Content-Length: 9', '', '2', 'hi', '0', '', ''),
    status: 200,
  },
  '204 with Content-Length': {
    bytes: crlf('HTTP/1.1 204 No Content', 'Content-Length: 11', '', ''),
    status: 204,
    statusText: 'No Content',
    body: '',
  },
  '204 with a body': {
    bytes: crlf('HTTP/1.1 204 No Content', 'Content-Length: 11', '', 'hello world'),
    status: 204,
    statusText: 'No Content',
    body: '',
  },
  '204 with chunks': {
    bytes: crlf('HTTP/1.1 204 No Content', chunked, '', '2', 'hi', '0', '', ''),
    status: 204,
    statusText: 'No Content',
    body: '',
  },
  '304 with Content-Length': {
    bytes: crlf('HTTP/1.1 304 Not Modified', 'Content-Length: 11', '', ''),
    status: 304,
    statusText: 'Not Modified',
    body: '',
  },
  '204 with Content-Length: 0': {
    bytes: crlf('HTTP/1.1 204 No Content', 'Content-Length: 0', '', ''),
    status: 204,
    statusText: 'No Content',
    body: '',
  },
  '100 Continue before it': { bytes: crlf('HTTP/1.1 100 Continue', '', ok, two, '', 'hi'), status: 200 },
  'two 100 Continue and a 103 before it': {
    bytes: crlf(
      'HTTP/1.1 100 Continue',
      '',
      'HTTP/1.1 100 Continue',
      '',
      'HTTP/1.1 103 H',
      '',
      ok,
      two,
      '',
      'hi',
    ),
    status: 200,
  },
  'a reason phrase in UTF-8': {
    bytes: crlf(`HTTP/1.1 404 ${utf8('Не найдено')}`, two, '', 'hi'),
    status: 404,
    statusText: utf8('Не найдено'),
  },
  'a reason phrase in latin1': {
    bytes: crlf('HTTP/1.1 422 Donn\xe9es', two, '', 'hi'),
    status: 422,
    statusText: 'Donn\xe9es',
  },
  'a reason phrase that is no text in any encoding': {
    bytes: crlf('HTTP/1.1 500 \xff\xfe\x80\xc3', two, '', 'hi'),
    status: 500,
    statusText: '\xff\xfe\x80\xc3',
  },
  'a reason phrase with a tab': {
    bytes: crlf('HTTP/1.1 404 Not\tFound', two, '', 'hi'),
    status: 404,
    statusText: 'Not\tFound',
  },
  'a reason phrase with control characters': {
    bytes: crlf('HTTP/1.1 404 Not\x01\x1b[2JFound\x7f', two, '', 'hi'),
    status: 404,
    statusText: 'Not\x01\x1b[2JFound\x7f',
  },
  'an emoji as its reason phrase, with chunks': {
    bytes: crlf(`HTTP/1.1 418 ${utf8('🫖')}`, chunked, '', '2', 'hi', '0', '', ''),
    status: 418,
    statusText: utf8('🫖'),
  },
  'no reason phrase': { bytes: crlf('HTTP/1.1 200', two, '', 'hi'), status: 200, statusText: '' },
  'an empty reason phrase': { bytes: crlf('HTTP/1.1 200 ', two, '', 'hi'), status: 200, statusText: '' },
  'a status that nobody knows': {
    bytes: crlf('HTTP/1.1 999 x', two, '', 'hi'),
    status: 999,
    statusText: 'x',
  },
  'no headers at all': { bytes: crlf(ok, '', 'hi'), status: 200 },
  'HTTP/1.0': { bytes: crlf('HTTP/1.0 200 OK', '', 'hi'), status: 200 },
  'HTTP/1.0 that is kept': {
    bytes: crlf('HTTP/1.0 200 OK', 'Connection: keep-alive', two, '', 'hi'),
    status: 200,
  },
  'an empty header': { bytes: crlf(ok, 'X-A:', two, '', 'hi'), status: 200 },
  'a header in latin1': { bytes: crlf(ok, 'X-A: caf\xe9', two, '', 'hi'), status: 200 },
  'spaces behind the length': { bytes: crlf(ok, 'Content-Length: 2  ', '', 'hi'), status: 200 },
  'a chunk extension': { bytes: crlf(ok, chunked, '', '2;a=b', 'hi', '0', '', ''), status: 200 },
  'a space behind a chunk size': { bytes: crlf(ok, chunked, '', '2 ', 'hi', '0', '', ''), status: 200 },
  trailers: { bytes: crlf(ok, chunked, '', '2', 'hi', '0', 'X-T: 1', '', ''), status: 200 },
  'more than its length': { bytes: crlf(ok, two, '', 'hi and more'), status: 200 },
  'more than its length, and close': {
    bytes: crlf(ok, 'Connection: close', two, '', 'hi and more'),
    status: 200,
  },
  'an upgrade that it offers': {
    bytes: crlf('HTTP/1.1 426 Upgrade Required', 'Upgrade: h2c', 'Connection: Upgrade', two, '', 'hi'),
    status: 426,
    statusText: 'Upgrade Required',
  },
  '3,000 headers': {
    bytes: crlf(ok, ...Array.from({ length: 3_000 }, (_, at) => `X-${at}: y`), two, '', 'hi'),
    status: 200,
  },
  'a header of 17,000 bytes': {
    bytes: crlf(ok, `Content-Security-Policy: ${'x'.repeat(17_000)}`, two, '', 'hi'),
    status: 200,
  },
  '40 cookies of 430 bytes': {
    bytes: crlf(
      ok,
      ...Array.from({ length: 40 }, (_, at) => `Set-Cookie: c${at}=${'x'.repeat(430)}`),
      two,
      '',
      'hi',
    ),
    status: 200,
  },
  'a header of 100 KB': { bytes: crlf(ok, `X-A: ${'x'.repeat(100 * 1024)}`, two, '', 'hi'), status: 200 },
  'a header of 128 KB': { bytes: crlf(ok, `X-A: ${'x'.repeat(128 * 1024)}`, two, '', 'hi'), status: 200 },
};

/** Responses that we reject, and whether curl 7.88 to 8 accepts them; large headers aside, where curl has its own limits. */
export const unreadable: Readonly<
  Record<string, { readonly bytes: string; readonly curl: 'takes' | 'refuses' }>
> = {
  'lines that end in LF': { bytes: 'HTTP/1.1 200 OK\nContent-Length: 2\n\nhi', curl: 'takes' },
  'one line that ends in LF': { bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 2\n\r\nhi', curl: 'takes' },
  'a folded header': { bytes: crlf(ok, 'X-A: a', ' b', two, '', 'hi'), curl: 'takes' },
  'a space before a colon': { bytes: crlf(ok, 'X-A : a', two, '', 'hi'), curl: 'takes' },
  'a space in a name': { bytes: crlf(ok, 'X A: a', two, '', 'hi'), curl: 'takes' },
  'a control character in a header': { bytes: crlf(ok, 'X-A: a\x01b', two, '', 'hi'), curl: 'takes' },
  'a CR in a header': { bytes: crlf(ok, 'X-A: a\rb', two, '', 'hi'), curl: 'takes' },
  'a length with a sign': { bytes: crlf(ok, 'Content-Length: +2', '', 'hi'), curl: 'takes' },
  'a list of different lengths': { bytes: crlf(ok, 'Content-Length: 2, 3', '', 'hi!'), curl: 'takes' },
  'two lengths': { bytes: crlf(ok, two, 'Content-Length: 3', '', 'hi!'), curl: 'takes' },
  'HTTP/2 in its status line': { bytes: crlf('HTTP/2 200', two, '', 'hi'), curl: 'takes' },
  'http in lower case': { bytes: crlf('http/1.1 200 OK', two, '', 'hi'), curl: 'takes' },
  'two spaces before its status': { bytes: crlf('HTTP/1.1  200 OK', two, '', 'hi'), curl: 'takes' },
  'chunks whose lines end in LF': { bytes: `${ok}\r\n${chunked}\r\n\r\n2\nhi\n0\n\n`, curl: 'takes' },
  'a line without a colon': { bytes: crlf(ok, 'nonsense', two, '', 'hi'), curl: 'refuses' },
  'a NUL in a header': { bytes: crlf(ok, 'X-A: a\0b', two, '', 'hi'), curl: 'refuses' },
  'a negative length': { bytes: crlf(ok, 'Content-Length: -2', '', 'hi'), curl: 'refuses' },
  'a length that is no number': { bytes: crlf(ok, 'Content-Length: abc', '', 'hi'), curl: 'refuses' },
  'an empty length': { bytes: crlf(ok, 'Content-Length: ', '', 'hi'), curl: 'refuses' },
  'a chunk size that is no number': {
    bytes: crlf(ok, chunked, '', 'zz', 'hi', '0', '', ''),
    curl: 'refuses',
  },
  'HTTP/1.2': { bytes: crlf('HTTP/1.2 200 OK', two, '', 'hi'), curl: 'refuses' },
  'a status of two digits': { bytes: crlf('HTTP/1.1 20 x', two, '', 'hi'), curl: 'refuses' },
  'a status below 100': { bytes: crlf('HTTP/1.1 099 x', two, '', 'hi'), curl: 'refuses' },
  'HTTP/0.9': { bytes: 'hi there', curl: 'refuses' },
  'a Content-Length that is only mostly repeated': {
    bytes: crlf(ok, two, two, 'Content-Length: 02', '', 'hi'),
    curl: 'takes',
  },
  'an SSH banner': { bytes: 'SSH-2.0-OpenSSH_9.6\r\n', curl: 'refuses' },
  'no HTTP': { bytes: '\x00\xff\xfe nothing \r\n\r\n', curl: 'refuses' },
  'a protocol that nobody asked for': {
    bytes: crlf('HTTP/1.1 101 Switching Protocols', 'Upgrade: x', 'Connection: upgrade', '', ''),
    curl: 'refuses',
  },
  'a header of 140 KB': { bytes: crlf(ok, `X-A: ${'x'.repeat(140_000)}`, two, '', 'hi'), curl: 'refuses' },
  'headers of 1 MB': {
    bytes: crlf(
      ok,
      ...Array.from({ length: 1_000 }, (_, at) => `X-${at}: ${'x'.repeat(1_000)}`),
      two,
      '',
      'hi',
    ),
    curl: 'refuses',
  },
};

/** Responses that break off: where they end is where the connection ends. */
export const cut: Readonly<Record<string, string>> = {
  'within its status line': 'HTTP/1',
  'after its status line': `${ok}\r\n`,
  'within a header': crlf(ok, 'Content-Le'),
  'within a header that is no length': crlf(ok, 'X-Part'),
  'before the empty line': crlf(ok, two, ''),
  'within its body': crlf(ok, 'Content-Length: 20', '', 'hi'),
  'within the body of a connection that is not kept': crlf(
    ok,
    'Connection: close',
    'Content-Length: 20',
    '',
    'hi',
  ),
  'within a chunk': crlf(ok, chunked, '', '20', 'hi'),
  'before the last chunk': crlf(ok, chunked, '', '2', 'hi', ''),
  'before the last chunk of a connection that is not kept': crlf(
    ok,
    'Connection: close',
    chunked,
    '',
    '2',
    'hi',
    '',
  ),
  'within the last chunk': crlf(ok, chunked, '', '2', 'hi', '0', ''),
  'after an interim response': crlf('HTTP/1.1 103 Early Hints', 'Link: a', '', ''),
};
