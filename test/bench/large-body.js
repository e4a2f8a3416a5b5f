import { request } from 'node:http';

/**
 * POSTs a body of this many bytes, in chunks, as fast as they are taken; resolves with the status of the answer.
 * @param {number} port
 * @param {number} size
 * @returns {Promise<number>}
 */
export function largeBody(port, size) {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Length': size, 'Content-Type': 'text/plain' };
    const outgoing = request({ port, host: '127.0.0.1', method: 'POST', path: '/hooks/large', headers });
    let answered = false;
    outgoing.on('response', (response) => {
      answered = true;
      response.resume();
      response.on('close', () => {
        outgoing.destroy();
        resolve(response.statusCode ?? 0);
      });
    });
    // Over the limit the answer comes before all is sent, and the connection ends.
    outgoing.on('error', (error) => {
      if (!answered) reject(error);
    });
    let left = size;
    const push = () => {
      while (left > 0 && !outgoing.destroyed) {
        const part = left < chunk.length ? chunk.subarray(0, left) : chunk;
        left -= part.length;
        if (!outgoing.write(part)) {
          outgoing.once('drain', push);
          return;
        }
      }
      if (!outgoing.destroyed) outgoing.end();
    };
    push();
  });
}
