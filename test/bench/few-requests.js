import { bodyOf } from './load.js';

/** Sends some requests, one after the other. @param {number} port @param {number} count */
export async function applyFew(port, count) {
  for (let sent = 0; sent < count; sent++) {
    const response = await fetch(`http://127.0.0.1:${port}/hooks/bench`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: bodyOf(1024),
    });
    await response.arrayBuffer();
  }
}
