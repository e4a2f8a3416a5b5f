// A client of one connection that times each answer to a microsecond: node one-connection.js PORT BODY-BYTES SECONDS.
import { connect } from 'node:net';
import { bodyOf } from './load.js';
import { percentile } from './statistics.js';

const [port, bodyBytes, seconds] = process.argv.slice(2).map(Number);
const body = bodyOf(bodyBytes);
const message = Buffer.from(
  `POST /hooks/bench HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${body.length}\r\n\r\n${body}`,
);

const times = [];
let errors = 0;
let came = '';
let sent = 0;
const began = performance.now();
const socket = connect({ port, host: '127.0.0.1', noDelay: true }, send);
socket.setEncoding('latin1');
socket.on('data', (chunk) => {
  came += chunk;
  const head = came.indexOf('\r\n\r\n');
  if (head < 0) return;
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(came)?.[1] ?? 0);
  if (came.length < head + 4 + length) return;
  times.push(performance.now() - sent);
  if (!came.startsWith('HTTP/1.1 2')) errors++;
  came = '';
  if (performance.now() - began < seconds * 1000) send();
  else socket.end();
});
socket.on('error', () => errors++);
socket.on('close', () => {
  const elapsed = (performance.now() - began) / 1000;
  const count = times.length;
  const [p50Ms, p99Ms] = [percentile(times, 50), percentile(times, 99)];
  console.log(JSON.stringify({ count, rate: count / elapsed, p50Ms, p99Ms, errors }));
});

function send() {
  sent = performance.now();
  socket.write(message);
}
