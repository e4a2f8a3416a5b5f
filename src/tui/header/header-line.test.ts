import { expect, test } from 'vitest';
import { textWidth } from '../../format/width.ts';
import { headerLine } from './header-line.ts';
import type { HeaderModel } from './header-model.ts';

const classification: HeaderModel = {
  localUrl: 'http://localhost:4000',
  tunnel: {
    state: 'online',
    driver: 'localtunnel',
    url: 'https://calm-fox-41.loca.lt',
    verified: true,
    message: null,
    latencyMs: 182.4,
  },
  hasTunnel: true,
  target: { href: 'http://localhost:3000', port: 3000 },
  health: { state: 'up' },
  counts: { received: 1204, failed: 3, refused: 1, held: 0 },
  arrivals: Array.from({ length: 15 }, () => 0),
  messages: [],
};

const text = (columns: number, changed: Partial<HeaderModel> = {}) =>
  headerLine({ ...classification, ...changed }, columns)
    .map(([, part]) => part)
    .join('');

const down = {
  state: 'down',
  reason: 'refused',
  since: new Date(2026, 10, 24, 16, 35, 41).getTime(),
} as const;

test('takes the longest form that fits', () => {
  expect(text(160)).toMatch(
    /^ https:\/\/calm-fox-41\.loca\.lt {2}● online 182 ms {6}→ localhost:3000 ● up +1,204 received {2}3 failed {2}1 not recorded$/,
  );
  expect(text(80)).toMatch(/^ calm-fox-41\.loca\.lt ● 182 ms → :3000 ● up +1,204 ✗3$/);
  expect(text(40)).toMatch(/^ calm-fox-41 ● 182 ms → :3000 ● +✗3$/);
  for (const columns of [40, 60, 80, 100, 120, 160])
    expect(textWidth(text(columns))).toBeLessThanOrEqual(columns);
});

test('a target that is down shows since when, and a hint', () => {
  expect(text(170, { health: down })).toContain(
    '→ localhost:3000 ○ refused since 16:35:41: is the server on :3000 running?',
  );
  expect(text(130, { health: down })).toContain('→ localhost:3000 ○ refused  ');
  expect(text(80, { health: down })).toContain('→ :3000 ○ refused');
  expect(text(40, { health: down })).toContain('→ :3000 ○');
});

test('every state of the tunnel is in words', () => {
  const state = (tunnel: Partial<HeaderModel['tunnel']>) =>
    text(160, { tunnel: { ...classification.tunnel, ...tunnel } });
  expect(state({ state: 'connecting', url: null, latencyMs: null })).toContain(
    'http://localhost:4000  ○ opening the tunnel …',
  );
  expect(state({ state: 'unreachable', latencyMs: null })).toContain(
    'https://calm-fox-41.loca.lt  ● unreachable',
  );
  expect(state({ state: 'closed' })).toContain('○ closed');
  expect(state({ latencyMs: null })).toContain('● online   ');
  const local = {
    tunnel: { state: 'closed', driver: null, url: null, verified: false, message: null, latencyMs: null },
    hasTunnel: false,
  } as const;
  expect(text(160, local)).toContain('http://localhost:4000  ○ local only');
  expect(text(40, local)).toMatch(/^ :4000 ○ local/);
  expect(text(160, { target: undefined })).toContain('recording only');
});

test('held requests are counted', () => {
  const waiting = { counts: { ...classification.counts, held: 2 } };
  expect(text(160, waiting)).toContain('3 failed  2 held  1 not recorded');
  expect(text(80, waiting)).toMatch(/1,204 ✗3 held 2$/);
});
