// Opens connections and says nothing on them: node idle-connections.js PORT COUNT. In a process of its own, with its own limit of open files.
import { once } from 'node:events';
import { connect } from 'node:net';

const [port, count] = process.argv.slice(2).map(Number);
const atOnce = 200;
const sockets = [];
while (sockets.length < count) {
  const opened = Array.from({ length: Math.min(atOnce, count - sockets.length) }, () =>
    connect({ port, host: '127.0.0.1' }),
  );
  await Promise.all(opened.map((socket) => once(socket, 'connect')));
  sockets.push(...opened);
}
process.send({ port });
