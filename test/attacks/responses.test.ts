import { execFile } from 'node:child_process';
import { expect } from 'vitest';
import { attacks } from '../support/attacks.ts';
import { listed, post, shown, startListen } from '../support/listening.ts';
import { connectRaw } from '../support/raw-http.ts';
import { cut, type RawResponse, readable, unreadable } from '../support/raw-responses.ts';
import { startRawTarget } from '../support/raw-target.ts';
import { until } from '../support/until.ts';

const answering = (bytes: string) => startRawTarget((socket) => socket.end(bytes, 'latin1'));

const pick = <T>(table: Readonly<Record<string, T>>, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, table[name]!]));

/** The status line and body that curl gets. */
function curl(port: number): Promise<string> {
  const args = ['-sS', '-i', '-m', '5', '-d', 'x', `http://127.0.0.1:${port}/`];
  return new Promise((resolve, reject) =>
    execFile('curl', args, { encoding: 'latin1', maxBuffer: 4 * 1024 * 1024 }, (error, stdout) => {
      if (error) reject(error);
      // Interim responses come before it.
      else resolve(stdout.replace(/^(HTTP\/1\.1 1.*?\r\n\r\n)+/s, ''));
    }),
  );
}

attacks<RawResponse>(
  'what curl reads as a response reaches the sender with status, reason phrase and body',
  pick(readable, [
    'a Content-Length twice',
    'a list of equal lengths',
    'a wrong Content-Length beside chunked',
    '204 with Content-Length',
    '304 with Content-Length',
    '204 with a body',
    '100 Continue before it',
    'a reason phrase in UTF-8',
    'a reason phrase in latin1',
    'a reason phrase that is no text in any encoding',
    'a reason phrase with a tab',
    'a reason phrase with control characters',
    'an emoji as its reason phrase, with chunks',
    'an empty reason phrase',
    'a header of 17,000 bytes',
    '40 cookies of 430 bytes',
  ]),
  async ({ bytes, status, statusText = 'OK', body = 'hi' }) => {
    const direct = await answering(bytes);
    const expected = await curl(direct.port);
    const target = await answering(bytes);
    const { port, home } = await startListen([String(target.port)]);
    const connection = await connectRaw(port);
    // Twice, so that framing and the kept connection are right.
    for (const count of [1, 2]) {
      await connection.write(post('/', 'x'));
      const reply = await connection.read();
      expect([reply.status, reply.statusText, reply.body.toString('latin1')]).toEqual([
        status,
        statusText,
        body,
      ]);
      expect(`${reply.status} ${reply.statusText}`.trim()).toBe(
        expected.slice('HTTP/1.1 '.length, expected.indexOf('\r\n')).trim(),
      );
      expect(target.heads.length).toBe(count);
    }
    connection.destroy();
    const { reply, attempts } = await shown(home);
    expect(reply).toMatchObject({ status, by: 'target' });
    expect(attempts).toMatchObject([{ outcome: 'response', response: { status, statusText } }]);
  },
);

attacks<{ readonly bytes: string }>(
  'what can not be parsed is 502, not held and sent once',
  pick(unreadable, [
    'lines that end in LF',
    'a folded header',
    'a space in a name',
    'two lengths',
    'an SSH banner',
    'a header of 140 KB',
    'a chunk size that is no number',
  ]),
  async ({ bytes }) => {
    const target = await startRawTarget((socket, head) =>
      head.startsWith('POST /good')
        ? socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
        : socket.end(bytes, 'latin1'),
    );
    const { port, home } = await startListen([String(target.port)]);
    const connection = await connectRaw(port);
    await connection.write(post('/bad'));
    const reply = await connection.read();
    expect([reply.status, JSON.parse(reply.body.toString())]).toEqual([
      502,
      { code: 'bad-response', error: expect.any(String) },
    ]);
    await connection.write(post('/good'));
    expect((await connection.read()).status).toBe(200);
    connection.destroy();
    expect(await listed(home, '--held')).toEqual([]);
    const [, bad] = await listed(home);
    expect(bad).toMatchObject({
      attempts: [{ error: { code: 'bad-response' } }],
      deliveries: [{ state: 'failed' }],
    });
    expect(target.heads.length).toBe(2);
  },
);

attacks<string>(
  'a response that breaks off is held and tried again with back-off',
  pick(cut, ['within its status line', 'within a header', 'within its body', 'before the last chunk']),
  async (bytes) => {
    const times: number[] = [];
    const target = await startRawTarget((socket, _, number) => {
      times.push(performance.now());
      socket.end(number === 1 ? bytes : 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 'latin1');
    });
    const { port, home } = await startListen([String(target.port)]);
    const connection = await connectRaw(port);
    await connection.write(post('/cut'));
    expect((await connection.read()).status).toBe(202);
    connection.destroy();
    await until(async () => (await listed(home))[0]?.deliveries[0]?.state === 'delivered');
    expect((await shown(home)).attempts).toMatchObject([
      { kind: 'forward', error: { code: 'response-cut' } },
      { kind: 'retry', outcome: 'response' },
    ]);
    expect(times[1]! - times[0]!).toBeGreaterThan(700);
  },
);

attacks<string>(
  'a response that breaks off is 502 where nothing is held',
  pick(cut, ['within its status line', 'within a header', 'within a chunk']),
  async (bytes) => {
    const target = await answering(bytes);
    const { port } = await startListen([String(target.port), '--when-down', 'fail']);
    const connection = await connectRaw(port);
    await connection.write(post('/cut'));
    const reply = await connection.read();
    expect([reply.status, JSON.parse(reply.body.toString()).code]).toEqual([502, 'response-cut']);
    connection.destroy();
    expect(target.heads.length).toBe(1);
  },
);

attacks<readonly string[]>(
  'a request that the target has read on a kept connection is sent once within an attempt',
  { 'with --when-down fail': ['--when-down', 'fail'], 'with --when-down hold': [] },
  async (args) => {
    const target = await startRawTarget((socket, head) => {
      if (head.startsWith('POST /drop')) setTimeout(() => socket.destroy(), 500);
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    const { port, home } = await startListen([String(target.port), ...args]);
    const connection = await connectRaw(port);
    await connection.write(post('/first'));
    expect((await connection.read()).status).toBe(200);
    await connection.write(post('/drop'));
    expect((await connection.read()).status).toBe(args.length === 0 ? 202 : 502);
    connection.destroy();
    expect((await listed(home))[0]?.attempts[0]).toMatchObject({ kind: 'forward', error: { code: 'reset' } });
    const drops = target.heads.filter((head) => head.startsWith('POST /drop')).length;
    expect(drops).toBeLessThanOrEqual((await listed(home))[0]!.attempts.length + (args.length === 0 ? 1 : 0));
    if (args.length > 0) expect(drops).toBe(1);
  },
);
