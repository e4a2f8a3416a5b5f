import { expect, test } from 'vitest';
import { textWidth } from '../../format/width.ts';
import { fidelityAspects, type TunnelFidelity } from '../../model/tunnel-fidelity.ts';
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
    fidelity: null,
  },
  hasTunnel: true,
  target: { href: 'http://localhost:3000', port: 3000 },
  forwards: true,
  health: { state: 'up' },
  counts: { received: 1204, failed: 3, refused: 1, held: 0, isComplete: true },
  hasReceived: true,
  arrivals: Array.from({ length: 15 }, () => 0),
  messages: [],
};

const text = (columns: number, changed: Partial<HeaderModel> = {}) =>
  headerLine({ ...classification, ...changed }, columns)
    .map(([, part]) => part)
    .join('');

const down = {
  state: 'down',
  code: 'refused',
  since: new Date(2026, 10, 24, 16, 35, 41).getTime(),
} as const;

const bars = '▁'.repeat(15);

test('takes the best form that fits', () => {
  expect(text(200)).toMatch(
    /^ https:\/\/calm-fox-41\.loca\.lt {2}● online 182 ms {6}→ localhost:3000 ● up +1 not recorded {2}1,204 received {2}3 failed {15}▁+ {2}last 15 min$/,
  );
  expect(text(120)).toBe(
    ` https://calm-fox-41.loca.lt ● 182 ms → localhost:3000 ● up      1,204 received  3 failed               ${bars}`,
  );
  expect(text(100)).toMatch(/^ https:\/\/calm-fox-41\.loca\.lt ● 182 ms → localhost:3000 ● up +1,204/);
  expect(text(100, { health: down })).toMatch(/^ https:.* → localhost:3000 ○ refused +1,204 ✗3/);
  expect(text(80)).toBe(` calm-fox-41.loca.lt ● 182 ms → :3000 ● up  1,204 ✗3            ${bars}`);
  expect(text(60)).toMatch(/^ calm-fox-41 ● 182 ms → :3000 ● up +1,204 ✗3 +$/);
  expect(text(60, { health: down })).toMatch(/^ calm-fox-41 ● 182 ms → :3000 ○ refused +1,204 ✗3 +$/);
  expect(text(40)).toMatch(/^ calm-fox-41 ● → :3000 ● +✗3 +$/);
});

test('nothing is wider than the screen or ends within a word', () => {
  const token = `https://calm-fox-41.loca.lt/${'x'.repeat(40)}`;
  for (const columns of [40, 50, 60, 70, 80, 100, 120, 140, 160, 200]) {
    for (const url of ['https://calm-fox-41.loca.lt', token, null]) {
      for (const health of [{ state: 'up' }, { state: 'absent' }, { state: 'unknown' }, down] as const) {
        const shown = text(columns, { health, tunnel: { ...classification.tunnel, url } });
        expect(textWidth(shown)).toBeLessThan(columns);
        expect(shown).not.toContain('…');
      }
    }
  }
  const endless = { ...classification.tunnel, url: `https://${'x'.repeat(60)}.loca.lt` };
  expect(text(40, { tunnel: endless })).toMatch(/^ x{37}…$/);
});

test('nothing moves while the counts grow', () => {
  const placesOf = (line: string) =>
    ['→', 'received', 'failed', 'held', '▁'].map((part) => line.indexOf(part));
  for (const columns of [40, 60, 80, 120, 160, 200]) {
    const at = (received: number, failed: number, held: number) =>
      text(columns, { counts: { received, failed, held, refused: 0, isComplete: true } });
    const grown = placesOf(at(1_000, 10, 10));
    const [arrow, , , , spark] = grown;
    for (const [received, failed, held] of [
      [0, 0, 0],
      [9, 0, 1],
      [10, 1, 0],
      [100, 99, 99],
      [9_999, 12, 3],
    ] as const) {
      const places = placesOf(at(received, failed, held));
      expect([places[0], places[4]]).toEqual([arrow, spark]);
    }
    expect(textWidth(at(9_999, 99, 99))).toBe(textWidth(at(1, 0, 0)));
  }
});

test('what the tunnel does to requests follows its latency where there is room, and does not move with it', () => {
  const exact = Object.fromEntries(fidelityAspects.map((aspect) => [aspect, 'kept'])) as TunnelFidelity;
  const counts = { ...classification.counts, refused: 0 };
  const shown = (columns: number, fidelity: TunnelFidelity, latencyMs = 182) =>
    text(columns, { counts, tunnel: { ...classification.tunnel, fidelity, latencyMs } });
  expect(shown(200, exact)).toContain('● online 182 ms · exact      → localhost:3000 ● up');
  expect(shown(200, exact, 34)).toContain('● online 34 ms  · exact      → localhost:3000 ● up');
  const lost = { ...exact, headerCase: 'lost' } as const;
  expect(shown(200, lost)).toContain('● online 182 ms · header case lost      → localhost:3000');
  expect(shown(200, { ...lost, path: 'lost', headerOrder: 'lost' })).toContain('· raw path +2 lost ');
  expect(shown(200, { ...exact, largeBody: 'unknown' })).toContain('● online 182 ms      →');
  for (const columns of [40, 60, 80, 100, 120, 160, 200]) {
    const line = shown(columns, lost);
    expect(textWidth(line)).toBeLessThan(columns);
    expect(line.includes(' · header case lost ')).toBe(columns >= 100);
    // Other parts do not give way to the good news.
    expect(shown(columns, exact).replace(' · exact', '').split(/ +/)).toEqual(
      text(columns, { counts }).split(/ +/),
    );
  }
});

test('a target that is down shows since when, and a hint', () => {
  expect(text(200, { health: down })).toContain(
    '→ localhost:3000 ○ refused since 16:35:41: is the server on :3000 running?',
  );
  expect(text(150, { health: down })).toContain('→ localhost:3000 ○ refused since 16:35:41  ');
  expect(text(130, { health: down })).toContain('→ localhost:3000 ○ refused  ');
  expect(text(80, { health: down })).toContain('→ :3000 ○ refused');
  expect(text(40, { health: down })).toContain('→ :3000 ○');
});

test('a target that nothing listens at says so from the start', () => {
  const health = { state: 'absent' } as const;
  expect(text(160, { health })).toContain('→ localhost:3000 ○ nothing listens there yet');
  expect(text(120, { health })).toContain('→ localhost:3000 ○ not up yet');
  expect(text(80, { health })).toContain('→ :3000 ○ not up');
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
    tunnel: { ...classification.tunnel, state: 'closed', driver: null, url: null, latencyMs: null },
    hasTunnel: false,
  } as const;
  expect(text(160, local)).toContain('http://localhost:4000  ○ local only');
  expect(text(40, local)).toMatch(/^ :4000 ○ local/);
  expect(text(160, { target: undefined, forwards: false })).toContain('recording only');
  expect(text(160, { target: undefined })).toContain('→ by routes ● up');
});

test('held requests are counted, and a count that is not complete says so', () => {
  const waiting = { counts: { ...classification.counts, held: 2 } };
  expect(text(160, waiting)).toContain('3 failed    2 held');
  expect(text(80, waiting)).toContain('1,204 ✗3  held 2 ');
  const counting = { counts: { ...classification.counts, isComplete: false } };
  expect(text(160, counting)).toContain('1,204+ received');
});
