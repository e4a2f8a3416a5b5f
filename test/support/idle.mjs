// Opens COUNT connections, says so, and keeps them open in silence until stdin ends: node idle.mjs PORT COUNT
import { connect } from 'node:net';

const [port, count] = process.argv.slice(2).map(Number);
const sockets = [];
let opened = 0;

function next() {
  if (sockets.length >= count) return;
  const socket = connect({ port, host: '127.0.0.1' }, () => {
    if (++opened === count) process.stdout.write('open\n');
    next();
  });
  socket.on('error', (error) => process.stdout.write(`${error.message}\n`));
  sockets.push(socket);
}
for (let lane = 0; lane < 64; lane++) next();
process.stdin.resume().on('end', () => process.exit());
