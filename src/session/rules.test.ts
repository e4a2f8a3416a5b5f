import { describe, expect, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import type { TargetDelivery } from '../delivery/target-delivery.ts';
import { type Classification, unclassified } from '../model/classification.ts';
import type { CapturedRequest } from '../model/request.ts';
import { createAssessor } from '../providers/assess.ts';
import { providers } from '../providers/index.ts';
import { createHandshakeReplier } from './handshakes.ts';
import { type Classified, type Decision, decide, type Rules } from './rules.ts';

const assessor = createAssessor(providers, { secrets: new Map([['x', ['secret']]]) });

function aDelivery(backlog = false): TargetDelivery {
  return { hasBacklog: () => backlog } as unknown as TargetDelivery;
}

function decided(
  classification: Partial<Parameters<typeof aRequest>[0]> = {},
  {
    targets = [aDelivery()],
    ...options
  }: Partial<Rules & { targets: readonly TargetDelivery[]; inFront: boolean }> = {},
  subject: Partial<Classified> = {},
): Decision {
  const request: CapturedRequest = aRequest(classification);
  const assessment = assessor.assess(request, request.receivedAt);
  return decide(
    request,
    { classification: assessment.classification, assessment, refusal: undefined, ...subject },
    {
      deliveriesFor: () => targets,
      isRoutedByPath: options.isRoutedByPath,
      handshakes: createHandshakeReplier({ inFront: options.inFront ?? false, emit: () => {} }),
      requireSignature: options.requireSignature ?? false,
    },
  );
}

const brief = (decision: Decision) =>
  decision.type === 'reply'
    ? [decision.reply.status, decision.refusal, decision.handledBy]
    : [decision.deliveries.map(({ when }) => when), decision.intercept];

const gate = { code: 'ip', status: 403, reason: 'the address is not allowed', headers: [] } as const;
const valid: Classification = { ...unclassified, verification: { result: 'valid', reason: null } };
const looping = { headers: [['webhook-cli-hops', '6']] } as const;
const crc = { method: 'GET', requestTarget: '/x?crc_token=abc' } as const;

describe('refusals', () => {
  test('come first, in their order', () => {
    expect(brief(decided({ state: 'aborted', ...looping }, {}, { refusal: gate }))).toEqual([
      403,
      'ip',
      null,
    ]);
    expect(brief(decided({ state: 'aborted', ...looping }))).toEqual([200, 'aborted', null]);
    expect(brief(decided({ state: 'truncated', ...looping }))).toEqual([413, 'too-large', null]);
    expect(brief(decided({ ...looping, ...crc }, { targets: [] }))).toEqual([508, 'loop', null]);
  });

  test('apply to requests without a valid signature, with and without a target', () => {
    const options = { requireSignature: true };
    expect(brief(decided({}, options))).toEqual([401, 'signature', null]);
    expect(brief(decided({}, { ...options, targets: [] }))).toEqual([401, 'signature', null]);
    expect(brief(decided({}, options, { classification: valid }))).toEqual([['now'], true]);
    expect(brief(decided({}, options, { assessment: undefined }))).toEqual([401, 'signature', null]);
  });
});

describe('request targets', () => {
  const below = (basePath: string) =>
    ({ target: { basePath }, hasBacklog: () => false }) as unknown as TargetDelivery;

  test('are refused if they are malformed', () => {
    for (const requestTarget of ['//[::1', 'http://[', '//:99999/', 'http://host:99999/x']) {
      expect(brief(decided({ requestTarget }))).toEqual([400, 'malformed', null]);
      expect(brief(decided({ requestTarget }, { targets: [] }))).toEqual([400, 'malformed', null]);
    }
    for (const requestTarget of ['//host/x', '//', '*', 'http://host/x'])
      expect(brief(decided({ requestTarget }))).toEqual([['now'], true]);
  });

  test('with a dot segment are refused if a base path or a path decides', () => {
    for (const requestTarget of ['/a/../b', '/%2e/b', '/..;/b', '/..%2fb', 'http://x/..']) {
      expect(brief(decided({ requestTarget }, { targets: [below('/base')] }))).toEqual([400, 'path', null]);
      expect(brief(decided({ requestTarget }, { targets: [below(''), below('/base')] }))).toEqual([
        ...[400, 'path', null],
      ]);
      const isRoutedByPath = () => true;
      expect(brief(decided({ requestTarget }, { targets: [below('')], isRoutedByPath }))).toEqual([
        ...[400, 'path', null],
      ]);
      expect(brief(decided({ requestTarget }, { targets: [below('')] }))).toEqual([['now'], true]);
      expect(brief(decided({ requestTarget }, { targets: [] }))).toEqual([200, null, null]);
    }
    expect(brief(decided({ requestTarget: '/a?/../b' }, { targets: [below('/base')] }))).toEqual([
      ...[['now'], true],
    ]);
  });
});

describe('handshakes', () => {
  test('get a reply if there is no target, or if the listener is in front', () => {
    expect(brief(decided(crc, { targets: [] }))).toEqual([200, null, 'handshake']);
    expect(brief(decided(crc, { inFront: true }))).toEqual([200, null, 'handshake']);
    expect(brief(decided(crc))).toEqual([['now'], true]);
  });

  test('are refused if a signature is required', () => {
    const decision = decided(crc, { inFront: true, requireSignature: true });
    expect(brief(decision)).toEqual([200, 'signature', 'handshake']);
    expect(decision).toHaveProperty('handshake');
  });

  test('are refused if they are rejected', () => {
    const meta = { method: 'GET', requestTarget: '/?hub.mode=subscribe&hub.challenge=1&hub.verify_token=no' };
    const strict = createAssessor(providers, { options: new Map([['meta', { verifyToken: 'yes' }]]) });
    const request = aRequest(meta);
    const assessment = strict.assess(request, 0);
    expect(brief(decided(meta, { targets: [] }, { assessment }))).toEqual([403, 'signature', 'handshake']);
  });
});

describe('deliveries', () => {
  test('are none without a target', () => {
    expect(brief(decided({}, { targets: [] }))).toEqual([200, null, null]);
  });

  test('are queued behind a backlog, for each target by itself, and intercepted unless the first is', () => {
    expect(brief(decided({}, { targets: [aDelivery(), aDelivery(true)] }))).toEqual([
      ['now', 'queued'],
      true,
    ]);
    expect(brief(decided({}, { targets: [aDelivery(true), aDelivery()] }))).toEqual([
      ['queued', 'now'],
      false,
    ]);
  });
});
