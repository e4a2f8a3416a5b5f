import { expect, test } from 'vitest';
import { publicUrlIn } from './command.ts';

// As the programs' documentation and sources show it.
test.each([
  [
    'bore',
    '2026-01-02T10:00:00Z INFO bore_cli::client: listening at bore.pub:43121',
    'http://bore.pub:43121',
  ],
  ['zrok', ' https://3s9fddkilbi6.share.zrok.io', 'https://3s9fddkilbi6.share.zrok.io'],
  [
    'zrok 2',
    String.raw`{"level":"INFO","msg":"access your zrok share at the following endpoints:\n abc-1.shares.zrok.io"}`,
    'https://abc-1.shares.zrok.io',
  ],
  [
    'devtunnel',
    'Connect via browser: https://q1w2.euw.devtunnels.ms:3000, https://q1w2-3000.euw.devtunnels.ms',
    'https://q1w2.euw.devtunnels.ms:3000',
  ],
  ['text around it', 'your url is <http://fox.example/a>.', 'http://fox.example/a'],
  ['the end of a sentence', 'Forwarding https://fox.example.', 'https://fox.example'],
])('finds the public URL that is printed: %s', (_program, line, url) => {
  expect(publicUrlIn(line)).toBe(url);
});

test.each([
  'Forwarding to http://localhost:3000',
  'Forwarding to http://127.0.0.1:3000 and http://[::1]:3000',
  'listening at 127.0.0.1:3000',
  'https:// is missing',
  'starting',
])('finds none in: %s', (line) => {
  expect(publicUrlIn(line)).toBeUndefined();
});

test('passes over the address of this machine', () => {
  expect(publicUrlIn('http://localhost:3000 -> https://fox.example')).toBe('https://fox.example');
});
