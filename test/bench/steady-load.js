// POSTs at a steady rate until it is ended: node steady-load.js PORT RATE
import { Agent, request } from 'node:http';
import { bodyOf } from './load.js';

const [port, rate] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const body = bodyOf(1024);
const tickMs = 10;
const began = performance.now();
let sent = 0;

setInterval(() => {
  const due = ((performance.now() - began) / 1000) * Number(rate);
  for (; sent < due; sent++) {
    const headers = { 'content-type': 'application/json', 'content-length': body.length };
    const call = request({ port, host: '127.0.0.1', path: '/hooks/bench', method: 'POST', agent, headers });
    call.on('response', (response) => response.resume());
    // The product is stopped before this process is.
    call.on('error', () => {});
    call.end(body);
  }
}, tickMs);
