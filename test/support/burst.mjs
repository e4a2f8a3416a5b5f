// Sends COUNT requests of SIZE bytes over CONNECTIONS raw connections, as fast as they are answered; prints how many
// were answered with each status. In a process of its own: node burst.mjs PORT COUNT SIZE CONNECTIONS
import { connect } from 'node:net';

const [port, count, size, connections] = process.argv.slice(2).map(Number);
const message = Buffer.from(
  `POST /burst HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: ${size}\r\n\r\n${'x'.repeat(size)}`,
);
const statuses = {};
let left = count;
let open = connections;

for (let number = 0; number < connections; number++) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const send = () => (left-- > 0 ? socket.write(message) : socket.end());
  socket.on('connect', send);
  // Answers are small and come one at a time, because the next request waits for them.
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
    if (end < 0 || text.length < end + 4 + length) return;
    const status = text.slice(9, 12);
    statuses[status] = (statuses[status] ?? 0) + 1;
    text = '';
    send();
  });
  socket.on('error', () => (statuses.error = (statuses.error ?? 0) + 1));
  socket.on('close', () => {
    if (--open === 0) process.stdout.write(`${JSON.stringify(statuses)}\n`);
  });
}
