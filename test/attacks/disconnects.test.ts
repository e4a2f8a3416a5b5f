import { expect } from 'vitest';
import { attacks } from '../support/attacks.ts';
import { runCli } from '../support/cli.ts';
import { createAccessControl, listed, post, shown, startListen } from '../support/listening.ts';
import { connectRaw, type RawConnection } from '../support/raw-http.ts';
import { startTarget } from '../support/target.ts';
import { until } from '../support/until.ts';

interface Leaving {
  readonly leave: (connection: RawConnection) => void;
  readonly args?: readonly string[];
  readonly body?: Buffer;
}

/** More than the buffers of two sockets take. */
const large = Buffer.alloc(6 * 1024 * 1024, 'a line of text\n');

attacks<Leaving>(
  'a sender that disconnects before its reply got none',
  {
    'and closes': { leave: ({ socket }) => socket.destroy() },
    'and resets': { leave: ({ socket }) => socket.resetAndDestroy() },
    'and ends, then closes': { leave: ({ socket }) => socket.end(() => socket.destroy()) },
    'with a large reply under way': { leave: ({ socket }) => socket.destroy(), body: large },
    'in front of a target that is not held for': {
      leave: ({ socket }) => socket.destroy(),
      args: ['--when-down', 'fail'],
    },
  },
  async ({ leave, args = [], body = Buffer.from('ok') }) => {
    const gate = createAccessControl();
    const target = await startTarget({
      async answer(_request, response) {
        await gate.opened;
        response.end(body);
      },
    });
    const { cli, port, home } = await startListen([String(target.port), ...args]);
    const connection = await connectRaw(port);
    await connection.write(post('/left', 'x'));
    await target.next();
    leave(connection);
    await connection.closed();
    // The listener has seen it go when it serves whoever comes after it.
    const other = await connectRaw(port);
    await other.write('GET / HTTP/7\r\n\r\n');
    await other.read();
    gate.open();
    await until(async () => (await listed(home))[0]?.attempts.length === 1);
    await until(async () => (await listed(home))[0]?.reply.status === null);
    const { id, reply, attempts, deliveries } = (await listed(home))[0]!;
    await cli.waitForOutput(new RegExp(`"type":"disconnected","requestId":"${id}","afterMs":\\d`));
    expect(reply).toEqual({ status: null, by: null, disconnectedAfterMs: expect.any(Number) });
    expect(attempts).toMatchObject([{ outcome: 'response', response: { status: 200 } }]);
    expect(deliveries).toMatchObject([{ state: 'delivered' }]);
    const { stdout } = await runCli(['show', '@'], { home });
    expect(stdout.toString()).toMatch(/^sender +disconnected after .+, before its reply$/m);
    expect(stdout.toString()).not.toMatch(/^answered/m);
    other.destroy();
    await target.close();
  },
);

attacks<{ readonly wait: (connection: RawConnection) => void }>(
  'a sender that reads its reply got it',
  {
    'and stays': { wait: () => {} },
    'and only ends its side': { wait: (connection) => connection.end() },
  },
  async ({ wait }) => {
    const gate = createAccessControl();
    const target = await startTarget({
      async answer(_request, response) {
        await gate.opened;
        response.end('ok');
      },
    });
    const { port, home } = await startListen([String(target.port)]);
    const connection = await connectRaw(port);
    await connection.write(post('/stays', 'x'));
    await target.next();
    wait(connection);
    gate.open();
    expect((await connection.read()).status).toBe(200);
    expect((await shown(home)).reply).toEqual({ status: 200, by: 'target', disconnectedAfterMs: null });
    connection.destroy();
    await target.close();
  },
);
