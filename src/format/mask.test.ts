import { expect, test } from 'vitest';
import type { HeaderList } from '../model/headers.ts';
import { maskHeaders, maskSecrets } from './mask.ts';

const headers: HeaderList = [
  ['Host', 'localhost'],
  ['authorization', 'Bearer sk_live_1234'],
  ['Proxy-Authorization', 'my-own-secret with a space'],
  ['Cookie', 'sid=abc; theme=dark'],
  ['set-cookie', 'sid=abc; HttpOnly'],
  ['X-API-Key', 'k'],
  ['X-Note', 'signed with whsec_42 twice: whsec_42'],
];

test('values of credential fields show at most a known scheme', () => {
  expect(maskHeaders(headers)).toEqual([
    ['Host', 'localhost'],
    ['authorization', 'Bearer ••••'],
    ['Proxy-Authorization', '••••'],
    ['Cookie', '••••'],
    ['set-cookie', '••••'],
    ['X-API-Key', '••••'],
    ['X-Note', 'signed with whsec_42 twice: whsec_42'],
  ]);
});

test('configured secrets are masked wherever they occur', () => {
  expect(maskHeaders(headers, { secrets: ['whsec_42', ''] }).at(-1)).toEqual([
    'X-Note',
    'signed with •••• twice: ••••',
  ]);
  expect(maskSecrets('x'.concat(Buffer.from('gehéim').toString('latin1')), { secrets: ['gehéim'] })).toBe(
    'x••••',
  );
});

test('everything is shown when the user asks for it', () => {
  expect(maskHeaders(headers, { showSecrets: true, secrets: ['whsec_42'] })).toEqual(headers);
});
