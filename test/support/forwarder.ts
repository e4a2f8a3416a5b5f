import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A program that forwards connections from a port of this machine to the first number among its arguments, alone or at
 * the end of a URL; `prints` is what it prints once it does.
 */
export async function aForwarder(
  folder: string,
  name: string,
  publicPort: number,
  prints = '',
): Promise<string> {
  const file = join(folder, name);
  const script = `#!${process.execPath}
    const { connect, createServer } = require('node:net');
    const port = Number(process.argv.slice(2).map((word) => /(?:^|:)(\\d+)$/.exec(word)?.[1]).find(Boolean));
    createServer((socket) => {
      const other = connect(port, '127.0.0.1');
      for (const each of [socket, other]) each.on('error', () => {});
      socket.pipe(other).pipe(socket);
    }).listen(${publicPort}, '127.0.0.1', () => console.error(${JSON.stringify(prints)}));
  `;
  await writeFile(file, script);
  await chmod(file, 0o755);
  return file;
}
