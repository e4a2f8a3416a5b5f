import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import { attacks } from '../support/attacks.ts';
import { head, listed, startListen } from '../support/listening.ts';
import { exchangeRaw } from '../support/raw-http.ts';

const secret = 'github-secret';

function github(body: string, signature?: string): string {
  const signed = signature === undefined ? [] : [`X-Hub-Signature-256: sha256=${signature}`];
  const fields = ['Host: localhost', 'X-GitHub-Event: push', 'X-GitHub-Delivery: 72d3162e', ...signed];
  return head('POST /hooks HTTP/1.1', ...fields, `Content-Length: ${body.length}`) + body;
}

const mac = (body: string, key = secret) => createHmac('sha256', key).update(body).digest('hex');
const real = github('{"a":1}', mac('{"a":1}'));

interface Forgery {
  readonly listen?: readonly string[];
  readonly forged: readonly string[];
}

const forgeries: Record<string, Forgery> = {
  'without a signature': { forged: [github('{"a":1}')] },
  'with a signature of another key': { forged: [github('{"a":1}', mac('{"a":1}', 'guess'))] },
  'with the signature of another body': { forged: [github('{"a":2}', mac('{"a":1}'))] },
  'with an empty signature': { forged: [github('{}', '')] },
  'several times': { forged: Array.from({ length: 40 }, (_, index) => github(`{"n":${index}}`)) },
  'and refused': { listen: ['--require-signature'], forged: [github('{"a":1}')] },
};

attacks('a forged request with the event id of a real one', forgeries, async ({ listen = [], forged }) => {
  const { port, home } = await startListen([...listen, '--secret', 'github=env:GITHUB_SECRET'], {
    env: { GITHUB_SECRET: secret },
  });
  for (const bytes of forged) await exchangeRaw(port, bytes);
  for (const bytes of [real, real]) expect((await exchangeRaw(port, bytes)).status).toBe(200);
  const [again, first] = await listed(home, '-n', '2');
  // The real one is no redelivery of the forged one; what comes a second time is one of the real one.
  expect([first?.redeliveryOf, again?.redeliveryOf]).toEqual([null, first?.id]);
});
