import { brotliDecompressSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { type SignableRequest, utf8 } from '../request/parsed-request.ts';
import type { Hypothesis } from './diagnosis.ts';
import { jsonForms } from './json-forms.ts';

/** Larger bodies are not decompressed. */
const maxUnpackedBytes = 4 * 1024 * 1024;

const keepBytesHint =
  'Something between the sender and this listener changed it. Verify the bytes exactly as they were sent.';

/** Changes that a body may have undergone after it was signed, each with the body before the change. */
export function* bodyHypotheses(request: SignableRequest): Generator<Hypothesis> {
  const { body } = request;
  const before = (cause: string, message: string, bytes: Uint8Array | undefined, hint = keepBytesHint) =>
    bytes === undefined ? [] : [{ cause, message, hint, request: { ...request, body: bytes } }];

  yield* before('newline-added', 'A newline was added at the end of the body.', withoutNewline(body));
  for (const end of ['\n', '\r\n']) {
    yield* before('newline-lost', 'A newline at the end of the body was removed.', concat(body, end));
  }
  yield* before(
    'crlf-added',
    'Line endings in the body were changed from LF to CRLF.',
    withReplaced(body, /\r\n/g, '\n'),
  );
  yield* before(
    'crlf-lost',
    'Line endings in the body were changed from CRLF to LF.',
    withReplaced(body, /\r?\n/g, '\r\n'),
  );
  yield* before('bom-added', 'A byte order mark was added before the body.', withoutBom(body));
  yield* before('bom-lost', 'The byte order mark before the body was removed.', Buffer.concat([bom, body]));
  yield* before(
    'compressed',
    'The body arrived compressed, but the decompressed body was signed.',
    decompressed(body),
    'Decompress the body before verifying it; the listener records it as it arrived.',
  );
  yield* before(
    'decompressed',
    'The body was decompressed on the way, but the compressed body was signed.',
    gzipSync(body),
    'Switch off decompression (and removal of Content-Encoding) between the sender and this listener.',
  );
  yield* before(
    'charset',
    'The body was decoded as Latin-1 and encoded as UTF-8.',
    Buffer.from(utf8(body), 'latin1'),
  );
  yield* before(
    'charset',
    'The body was decoded as UTF-8 and encoded as Latin-1.',
    Buffer.from(Buffer.from(body).toString('latin1'), 'utf8'),
  );
  for (const { description, text } of jsonForms(body)) {
    yield* before(
      're-serialised',
      `The JSON was parsed and serialised again: the signature is valid for ${description}.`,
      Buffer.from(text),
      'Something parsed the body and serialised it again, or sent a copy. Keep the raw bytes.',
    );
  }
}

const bom = Buffer.from([0xef, 0xbb, 0xbf]);

function withoutNewline(body: Uint8Array): Uint8Array | undefined {
  if (body.at(-1) !== 0x0a) return undefined;
  return body.subarray(0, body.at(-2) === 0x0d ? -2 : -1);
}

function concat(body: Uint8Array, end: string): Uint8Array {
  return Buffer.concat([body, Buffer.from(end)]);
}

function withoutBom(body: Uint8Array): Uint8Array | undefined {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : undefined;
}

function withReplaced(body: Uint8Array, pattern: RegExp, by: string): Uint8Array | undefined {
  const text = Buffer.from(body).toString('latin1');
  const other = text.replace(pattern, by);
  return other === text ? undefined : Buffer.from(other, 'latin1');
}

function decompressed(body: Uint8Array): Uint8Array | undefined {
  for (const unpack of [gunzipSync, inflateSync, brotliDecompressSync]) {
    try {
      return unpack(body, { maxOutputLength: maxUnpackedBytes });
    } catch {
      // Not this one.
    }
  }
  return undefined;
}
