import { expect, test } from 'vitest';
import { wholeBody } from '../model/body.ts';
import { challengeReply, createChallenge, provenUrls } from './session-identity.ts';

const key = 'ab'.repeat(32);
const urls = {
  localUrl: 'http://localhost:1/t',
  publicUrl: null,
  defaultTarget: null,
  targets: ['http://a'],
};

function answered(header: unknown, by = key): string | undefined {
  const reply = challengeReply(by, header, () => urls);
  return reply && Buffer.from(wholeBody(reply.body)).toString();
}

test('proves the URLs of a session to whoever has its key', () => {
  const { nonce, header } = createChallenge(key);
  const body = answered(header)!;
  expect(provenUrls(key, nonce, body)).toEqual(urls);
  expect(provenUrls(key, '00'.repeat(32), body)).toBeUndefined();
  expect(provenUrls('cd'.repeat(32), nonce, body)).toBeUndefined();
  expect(provenUrls(key, nonce, body.replace('localhost', 'evil.host'))).toBeUndefined();
  expect(provenUrls(key, nonce, '')).toBeUndefined();
  expect(provenUrls(key, nonce, 'null')).toBeUndefined();
});

test('does not reply to a challenge without the key', () => {
  const { header } = createChallenge(key);
  for (const forged of [
    undefined,
    '',
    header.slice(1),
    `${header}0`,
    [header],
    createChallenge('cd'.repeat(32)).header,
  ]) {
    expect(answered(forged)).toBeUndefined();
  }
  expect(answered(header, 'cd'.repeat(32))).toBeUndefined();
});
