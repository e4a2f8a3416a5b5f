import { once } from 'node:events';
import { createServer as createPlain } from 'node:http';
import { createServer as createHttp2, createSecureServer } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import { selfSignedCertificate } from '../../test/support/certificate.ts';
import { openClient } from '../../test/support/client.ts';
import { parseTarget } from '../model/target.ts';

const pair = await selfSignedCertificate();

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
}

interface Wrong {
  readonly scheme: 'http' | 'https';
  readonly server: () => Server;
  readonly insecure?: boolean;
  readonly code: string;
  /** After `127.0.0.1:PORT`, where PORT stands for the port. */
  readonly message: RegExp;
}

const http2OnlyText =
  /^AT speaks HTTP\/2 only, and webhook-cli sends HTTP\/1\.1: enable HTTP\/1\.1 on that server$/;
const usesPlain = /: if it is a plain HTTP server, use http:\/\/AT$/;
const usesTls = /^AT closed the connection without a response: if it expects TLS, use https:\/\/AT$/;
const answersWith = (bytes: Buffer) => () =>
  createTcp((socket) => socket.once('data', () => socket.end(bytes)));

const cases: Readonly<Record<string, Wrong>> = {
  'https to a plain HTTP server': {
    scheme: 'https',
    server: () => createPlain((_, response) => response.end()),
    code: 'tls',
    message: /^AT does not speak TLS: if it is a plain HTTP server, use http:\/\/AT$/,
  },
  'https to a server that hangs up': {
    scheme: 'https',
    server: () => createTcp((socket) => socket.on('data', () => socket.destroy())),
    code: 'tls',
    message: usesPlain,
  },
  'https to a server that resets': {
    scheme: 'https',
    server: () => createTcp((socket) => socket.on('data', () => socket.resetAndDestroy())),
    code: 'tls',
    message: usesPlain,
  },
  'https to a silent port': {
    scheme: 'https',
    server: () => createTcp(() => {}),
    code: 'tls',
    message:
      /^AT accepted the connection but did not start TLS: if it is a plain HTTP server, use http:\/\/AT$/,
  },
  'http to a silent port': {
    scheme: 'http',
    server: () => createTcp((socket) => socket.resume()),
    code: 'timeout',
    message: /^AT did not respond within 0\.6 s: is this the right port, or does it need a longer timeout\?$/,
  },
  'http to an https server': {
    scheme: 'http',
    server: () => createHttps(pair, (_, response) => response.end()),
    code: 'reset',
    message: usesTls,
  },
  'http to a TLS server that says so in an alert': {
    scheme: 'http',
    server: answersWith(Buffer.from('15030100020246', 'hex')),
    code: 'bad-response',
    message: /^AT speaks TLS: use https:\/\/AT$/,
  },
  'http to a server that speaks TLS first': {
    scheme: 'http',
    server: answersWith(Buffer.from('160303007a02000076', 'hex')),
    code: 'bad-response',
    message: /^AT speaks TLS: use https:\/\/AT$/,
  },
  'http to an HTTP/2 server': {
    scheme: 'http',
    server: () => createHttp2(),
    code: 'bad-response',
    message: http2OnlyText,
  },
  'http to a server that says GOAWAY': {
    scheme: 'http',
    server: answersWith(Buffer.from('0000080700000000000000000000000001', 'hex')),
    code: 'bad-response',
    message: http2OnlyText,
  },
  'https to an HTTP/2 server': {
    scheme: 'https',
    server: () => createSecureServer(pair),
    code: 'tls',
    message: http2OnlyText,
  },
  'https to a TLS server that negotiates h2 only': {
    scheme: 'https',
    server: () => createTls({ ...pair, ALPNProtocols: ['h2'] }),
    code: 'tls',
    message: http2OnlyText,
  },
  'https to a server with a certificate of its own': {
    scheme: 'https',
    server: () => createHttps(pair),
    insecure: false,
    code: 'tls',
    message: /^the certificate of AT is self-signed: to accept it, use the option insecure$/,
  },
  'https to a server of old': {
    scheme: 'https',
    server: () =>
      createTls({ ...pair, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    code: 'tls',
    message: /^AT supports no TLS version or cipher that webhook-cli does: it needs TLS 1\.2 or newer$/,
  },
  'http to an SSH server': {
    scheme: 'http',
    server: answersWith(Buffer.from('SSH-2.0-OpenSSH_9.6\r\n')),
    code: 'bad-response',
    message: /^AT sent something that is not HTTP: is this the right port\?$/,
  },
};

test.each(Object.entries(cases))('%s is one plain sentence with its fix', async (_, wrong) => {
  const port = await listening(wrong.server());
  const client = openClient({
    timeoutMs: 600,
    connectTimeoutMs: 400,
    insecure: wrong.insecure ?? true,
  });
  const outcome = await client.send(aRequest(), parseTarget(`${wrong.scheme}://127.0.0.1:${port}`));
  expect(outcome).toMatchObject({ type: 'failed', code: wrong.code });
  const message = outcome.type === 'failed' ? outcome.message : '';
  expect(message.replaceAll(`127.0.0.1:${port}`, 'AT')).toMatch(wrong.message);
  expect(message).not.toMatch(/SSL|routines|openssl|alert|ECONN|\n/);
});

test.each(['127.0.0.1', 'localhost'])('sends no address as the TLS server name to %s', async (host) => {
  const names: (string | false | null)[] = [];
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));
  const server = createHttps(pair, (request, response) => {
    names.push((request.socket as unknown as { servername: string | false | null }).servername);
    response.end('ok');
  });
  const port = await listening(server);
  const client = openClient({ connectTimeoutMs: 5_000, insecure: true });
  for (const name of ['public.example', 'other.example']) {
    const request = aRequest({ headers: [['Host', name]] });
    expect(await client.send(request, parseTarget(`https://${host}:${port}`))).toMatchObject({
      type: 'response',
    });
  }
  expect(names).toEqual(host === 'localhost' ? ['localhost', 'localhost'] : [false, false]);
  expect(warnings).toEqual([]);
});
