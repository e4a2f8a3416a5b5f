// Bare node:http: reads the body and answers 200. Also the target that requests are forwarded to.
import { createServer } from 'node:http';

/** When the 1st request came, the 5,000th and the newest. */
let counted = { count: 0, firstAt: 0, warmAt: 0, lastAt: 0 };
const warmAfter = 5_000;

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    count();
    Buffer.concat(chunks);
    response.writeHead(200, { 'Content-Length': 2 });
    response.end('ok');
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

function count() {
  counted.lastAt = performance.now();
  counted.count++;
  if (counted.count === 1) counted.firstAt = counted.lastAt;
  if (counted.count === warmAfter) counted.warmAt = counted.lastAt;
}

/** Tells what was counted since it was last asked. */
process.on('message', () => {
  process.send(counted);
  counted = { count: 0, firstAt: 0, warmAt: 0, lastAt: 0 };
});
