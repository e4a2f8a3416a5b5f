import { expect, test } from 'vitest';
import type { ProbeResult } from '../deliver/probe.ts';
import { findTunnelDriver } from '../tunnels/index.ts';
import { localtunnel } from '../tunnels/localtunnel.ts';
import { mayReopen, type TunnelVerdict, verdictOn } from './tunnel-evidence.ts';

const probes = {
  reached: { type: 'reached', ms: 7 },
  unresolved: { type: 'failed', message: 'no such host: a.test', reachedServer: false },
  timeout: { type: 'failed', message: 'a.test did not respond', reachedServer: true },
  badGateway: { type: 'not-ours', status: 502 },
  passwordPage: { type: 'not-ours', status: 511 },
} as const satisfies Record<string, ProbeResult>;

type Case = readonly [keyof typeof probes, number | undefined, boolean | undefined, string];

const table: readonly Case[] = [
  // Our own call, the last arrival, the driver's connections, the verdict.
  ['reached', undefined, undefined, 'verified 7'],
  ['reached', undefined, false, 'verified 7'],
  ['unresolved', undefined, undefined, 'lost: no such host: a.test'],
  ['unresolved', undefined, false, 'lost: no such host: a.test'],
  ['unresolved', undefined, true, 'Not verified from here: no such host: a.test.'],
  ['unresolved', 59_999, undefined, 'Not verified from here: no such host: a.test.'],
  ['unresolved', 60_000, undefined, 'lost: no such host: a.test'],
  ['unresolved', 60_000, true, 'Not verified from here: no such host: a.test.'],
  ['unresolved', 19_999, false, 'Not verified from here: no such host: a.test.'],
  ['unresolved', 20_000, false, 'lost: no such host: a.test'],
  ['timeout', undefined, true, 'lost: a.test did not respond'],
  ['timeout', 0, true, 'Not verified from here: a.test did not respond.'],
  ['badGateway', undefined, true, 'lost: the tunnel server responds 502 itself'],
  ['badGateway', 100, true, 'Not verified from here: the tunnel server responds 502 itself.'],
  ['passwordPage', undefined, true, 'The tunnel server shows its password page'],
  ['passwordPage', 100, true, 'Not verified from here: the tunnel server responds 511 itself.'],
  ['passwordPage', undefined, false, 'lost: the tunnel server responds 511 itself (The tunnel server shows'],
  [
    'passwordPage',
    undefined,
    undefined,
    'lost: the tunnel server responds 511 itself (The tunnel server shows',
  ],
];

function textOf(verdict: TunnelVerdict): string {
  if (verdict.type === 'verified') return `verified ${verdict.latencyMs}`;
  if (verdict.type === 'unverified') return verdict.message;
  return `lost: ${verdict.why}${verdict.advice === undefined ? '' : ` (${verdict.advice})`}`;
}

test.each(table)(
  '%s, arrival %s ms ago, connected %s: %s',
  (probe, sinceArrivalMs, isConnected, expected) => {
    const verdict = verdictOn({ probe: probes[probe], sinceArrivalMs, isConnected }, localtunnel.messages);
    expect(textOf(verdict).startsWith(expected)).toBe(true);
  },
);

test.each([
  ['ssh:me@example.com', 'another program on the server responds 502'],
  ['command:bore local 3000', 'something else responds 502 there; the command must forward to {port}'],
  [
    'public-url:https://hooks.example.com',
    'the reverse proxy responds 502 itself, and does not lead to the local port',
  ],
])('%s says what responds in our place', (choice, why) => {
  const driver = findTunnelDriver(choice);
  const evidence = { probe: probes.badGateway, sinceArrivalMs: undefined, isConnected: undefined };
  expect(verdictOn(evidence, driver?.messages)).toMatchObject({ type: 'lost', why });
});

test('a tunnel that carried a request in the last minute is not reopened', () => {
  expect([undefined, 0, 59_999, 60_000].map(mayReopen)).toEqual([true, false, false, true]);
});
