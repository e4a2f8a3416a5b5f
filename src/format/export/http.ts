import type { HeaderList } from '../../model/headers.ts';
import type { CapturedRequest } from '../../model/request.ts';
import type { ExportFormat } from './format.ts';

type Written = Pick<CapturedRequest, 'method' | 'requestTarget' | 'httpVersion' | 'headers' | 'body'>;

/**
 * A request as an HTTP/1.1 message that a socket can be given: the request line and the fields as they came, byte
 * for byte, and the body after transfer decoding. So that it is framed right, `Transfer-Encoding` becomes
 * `Content-Length` in its place, `Trailer` and the trailers go with it, and a `Content-Length` that the body does
 * not have (it was cut, or its sender disconnected) is set to what there is.
 */
export function* rawRequest(request: Written): Generator<Uint8Array> {
  const { method, requestTarget, httpVersion, body } = request;
  const fields = framedFields(request.headers, body.size).map(([name, value]) => `${name}: ${value}\r\n`);
  yield Buffer.from(`${method} ${requestTarget} HTTP/${httpVersion}\r\n${fields.join('')}\r\n`, 'latin1');
  yield* body.stream();
}

/** A request as the bytes of an HTTP/1.1 message. */
export const httpFormat = {
  name: 'http',
  title: 'HTTP',
  extension: 'http',
  mediaType: 'message/http',
  isExact: true,
  key: 'h',
  fileHelp: 'the raw HTTP request',
  export: ({ request }) => ({ content: rawRequest(request), isMasked: false }),
} as const satisfies ExportFormat;

function framedFields(headers: HeaderList, size: number): HeaderList {
  let framed = false;
  const fields: (readonly [string, string])[] = [];
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (lower === 'trailer') continue;
    if (lower !== 'transfer-encoding' && lower !== 'content-length') {
      fields.push([name, value]);
    } else if (!framed) {
      framed = true;
      const kept = lower === 'content-length' && Number(value) === size;
      fields.push(
        kept ? [name, value] : [lower === name ? 'content-length' : 'Content-Length', String(size)],
      );
    }
  }
  if (!framed && size > 0) fields.push(['Content-Length', String(size)]);
  return fields;
}
