import { expect, test } from 'vitest';
import { failureCodes } from '../model/attempt.ts';
import type { HeldStanding } from '../model/held.ts';
import { heldText, moveCommand, stillHeldText, waitingText } from './held.ts';
import { asciiSymbols } from './symbols.ts';

const standing: HeldStanding = {
  target: 'http://localhost:3000',
  ahead: 3,
  nextTryMs: null,
  cause: { errorCode: 'refused' },
  isRetried: true,
};

test('says why a request is held, its position and the next try', () => {
  expect(heldText(standing)).toBe(
    'held: localhost:3000 refuses connections · 3 ahead · retried automatically',
  );
  expect(heldText({ ...standing, ahead: 0, cause: { status: 503 }, nextTryMs: 4_200 })).toBe(
    'held: localhost:3000 responded 503 · next try in 4 s',
  );
  expect(heldText({ ...standing, ahead: 0, nextTryMs: 0 })).toContain(' · next try now');
  expect(heldText({ ...standing, nextTryMs: 59_800 })).toContain('next try in 1 min 0 s');
  expect(heldText({ ...standing, cause: null, isRetried: false, nextTryMs: 4_000 })).toBe(
    'held: waiting for localhost:3000 · 3 ahead · delivered when you listen again',
  );
  expect(heldText({ ...standing, isPaused: true })).toBe(
    'held: forwarding is paused · 3 ahead · delivered when you resume',
  );
  expect(heldText(standing, { symbols: asciiSymbols })).toContain('connections - 3 ahead - retried');
});

test('has words for every failure, and escapes the target', () => {
  for (const errorCode of [...failureCodes, 'brand-new']) {
    expect(heldText({ ...standing, cause: { errorCode } })).toMatch(/^held: .*localhost:3000/);
  }
  expect(heldText({ ...standing, target: 'http://a\u001b[2J\n' })).not.toMatch(/[\u001b\n]/);
});

test('says what stays held and what waits for another target', () => {
  const target = 'https://example.com/hooks';
  expect(stillHeldText({ target, count: 3 })).toBe(
    '3 requests are held for https://example.com/hooks and will be delivered when you listen again.',
  );
  expect(stillHeldText({ target, count: 1 })).toMatch(/^1 request is held for /);
  const waiting = { target: 'http://localhost:3998', count: 3 };
  expect(waitingText([waiting])).toBe('3 requests wait for localhost:3998');
  expect(waitingText([waiting, { target, count: 1 }])).toMatch(/^4 requests wait for localhost:3998, https:/);
  expect(waitingText([{ target, count: 1 }])).toMatch(/^1 request waits for /);
  expect(moveCommand('http://localhost:3000/api')).toBe('webhook-cli retry --all --to 3000/api');
  expect(moveCommand(target)).toBe('webhook-cli retry --all --to https://example.com/hooks');
});
