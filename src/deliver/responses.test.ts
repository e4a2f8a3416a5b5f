import { execFile } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import { openClient } from '../../test/support/client.ts';
import { cut, readable, unreadable } from '../../test/support/raw-responses.ts';
import { startRawTarget } from '../../test/support/raw-target.ts';
import { wholeBody } from '../model/body.ts';
import { parseTarget } from '../model/target.ts';

const responds = (bytes: string) => startRawTarget((socket) => socket.end(bytes, 'latin1'));

/** Writes a response a few bytes at a time, each piece when the system has taken the one before. */
const drips = (bytes: string, size: number) =>
  startRawTarget((socket) => {
    const drip = (at: number): void => {
      if (at >= bytes.length) socket.end();
      else socket.write(bytes.slice(at, at + size), 'latin1', () => setImmediate(drip, at + size));
    };
    drip(0);
  });

const fieldsOf = (bytes: string) =>
  bytes
    .slice(0, bytes.indexOf('\r\n\r\n'))
    .split('\r\n')
    .filter((line) => !line.startsWith('HTTP/'));

describe('a response with', () => {
  test.each(Object.entries(readable))('%s is read', async (name, { bytes, status, statusText, body }) => {
    const client = openClient();
    const targets = [await responds(bytes), ...(bytes.length < 1_000 ? [await drips(bytes, 7)] : [])];
    for (const { port, heads } of targets) {
      const outcome = await client.send(aRequest(), parseTarget(String(port)));
      expect(outcome).toMatchObject({
        type: 'response',
        response: { status, statusText: statusText ?? 'OK' },
      });
      expect(Buffer.from(wholeBody(outcome.response!.body)).toString()).toBe(body ?? 'hi');
      expect(heads.length).toBe(1);
      if (!/interim|before it|\b10[03]\b/.test(name)) {
        const names = outcome.response!.headers.map(([field]) => field);
        expect(names).toEqual(fieldsOf(bytes).map((line) => line.split(':', 1)[0]));
      }
    }
  });

  test.each(Object.entries(unreadable))('%s is rejected', async (_, { bytes }) => {
    const { port, heads } = await responds(bytes);
    const outcome = await openClient().send(aRequest(), parseTarget(String(port)));
    expect(outcome).toMatchObject({ type: 'failed', code: 'bad-response' });
    expect(outcome.type === 'failed' && outcome.message).not.toMatch(/undefined|assert|\n/);
    expect(heads.length).toBe(1);
  });

  test.each(Object.entries(unreadable))('%s is what curl says of it', async (_, { bytes, curl }) => {
    const { port } = await responds(bytes);
    const args = ['-sS', '-m', '5', '-o', '/dev/null', '-d', 'x', `http://127.0.0.1:${port}/`];
    const taken = await new Promise((resolve) =>
      execFile('curl', args, (error) => resolve(error ? 'refuses' : 'takes')),
    );
    expect(taken).toBe(curl);
  });
});

test.each(Object.entries(cut))('a response that breaks off %s is cut', async (_, bytes) => {
  const { port, heads } = await responds(bytes);
  const outcome = await openClient().send(aRequest(), parseTarget(String(port)));
  expect(outcome).toMatchObject({ type: 'failed', code: 'response-cut' });
  expect(heads.length).toBe(1);
});

test('does not reuse the connection of a 204 with a body', async () => {
  const { port, heads } = await startRawTarget((socket, _, number) => {
    if (number > 1) return void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    socket.write('HTTP/1.1 204 No Content\r\nContent-Length: 11\r\n\r\n');
    setTimeout(() => socket.write('hello world'), 50).unref();
  });
  const client = openClient();
  const to = parseTarget(String(port));
  expect(await client.send(aRequest(), to)).toMatchObject({ response: { status: 204 } });
  expect(await client.send(aRequest(), to)).toMatchObject({ response: { status: 200 } });
  expect(heads.length).toBe(2);
});
