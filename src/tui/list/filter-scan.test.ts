import { describe, expect, test } from 'vitest';
import { aHistory } from '../../../test/support/a-history.ts';
import { parseFilter } from '../../model/filter.ts';
import { openFilterScan } from './filter-scan.ts';

async function scanned(filter: string, count = 300) {
  const history = await aHistory();
  for (let number = 1; number <= count; number++) {
    await history.arrives({
      requestTarget: `/${number}`,
      method: number % 3 === 0 ? 'PUT' : 'POST',
      headers: [['X-Even', String(number % 2 === 0)]],
    });
  }
  let changes = 0;
  const scan = openFilterScan({
    history: history.store,
    filter: parseFilter(filter),
    project: 'project',
    changed: () => changes++,
  });
  const paths = (options: Parameters<typeof scan.page>[0]) =>
    scan.page(options).map(({ requestTarget }) => requestTarget);
  return { ...history, scan, paths, changes: () => changes };
}

describe('a filtered history', () => {
  test('is paged like the whole history', async () => {
    const { scan, paths } = await scanned('method:PUT');
    await expect.poll(() => scan.complete).toBe(true);
    expect(scan).toMatchObject({ scanned: 300, found: 100 });
    expect(paths({ limit: 3 })).toEqual(['/300', '/297', '/294']);
    expect(paths({ limit: 2, before: 10 })).toEqual(['/9', '/6']);
    expect(paths({ limit: 3, after: 10 })).toEqual(['/12', '/15', '/18']);
    expect(paths({ limit: 3, after: 297 })).toEqual(['/300']);
    expect(paths({ limit: 3, before: 3 })).toEqual([]);
  });

  test('adds new requests and drops deleted ones', async () => {
    const { scan, paths, arrives, store } = await scanned('method:PUT', 9);
    await expect.poll(() => scan.complete).toBe(true);
    const seq = await arrives({ requestTarget: '/new', method: 'PUT' });
    await arrives({ requestTarget: '/other' });
    await arrives({ requestTarget: '/theirs', method: 'PUT', project: 'other' });
    expect(paths({ limit: 2 })).toEqual(['/new', '/9']);
    await store.delete([seq, 6]);
    expect(paths({ limit: 9 })).toEqual(['/9', '/3']);
  });

  test('reads headers if the filter needs them', async () => {
    const { scan, paths } = await scanned('header.x-even:true -method:PUT', 12);
    await expect.poll(() => scan.complete).toBe(true);
    expect(paths({ limit: 9 })).toEqual(['/10', '/8', '/4', '/2']);
  });

  test('scans a long history in slices, reports progress, and stops when closed', async () => {
    const { scan, changes } = await scanned('header.x-even:true', 3000);
    expect(scan.complete).toBe(false);
    const first = scan.scanned;
    expect(first).toBeGreaterThan(0);
    await expect.poll(() => changes()).toBeGreaterThan(2);
    expect(scan.scanned).toBeGreaterThan(first);
    scan.close();
    const then = scan.scanned;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(scan.scanned).toBe(then);
  });
});
