import { expect, test } from 'vitest';
import { fidelityAspects, type TunnelFidelity, unmeasured } from '../model/tunnel-fidelity.ts';
import { fidelityRows, fidelitySentences, fidelityWords } from './fidelity.ts';

const exact = Object.fromEntries(fidelityAspects.map((aspect) => [aspect, 'kept'])) as TunnelFidelity;

const cases: readonly [Partial<TunnelFidelity>, string | undefined, string | undefined][] = [
  [{}, 'exact', 'Requests pass the tunnel byte for byte.'],
  [{ headerCase: 'lost' }, 'header case lost', 'The tunnel does not keep header case.'],
  [
    { headerCase: 'lost', responseHeaderCase: 'lost' },
    'header case lost',
    'The tunnel does not keep header case.',
  ],
  [
    { headerCase: 'lost', headerOrder: 'lost' },
    'header order +1 lost',
    'The tunnel does not keep header order and header case.',
  ],
  [
    { headerCase: 'lost', headerRepeats: 'lost', body: 'lost' },
    'body bytes +2 lost',
    'The tunnel does not keep body bytes, repeated headers and header case.',
  ],
  [{ largeBody: 'unknown' }, undefined, undefined],
  [{ largeBody: 'unknown', path: 'lost' }, 'raw path lost', 'The tunnel does not keep raw path.'],
  [
    { browsers: 'lost' },
    'exact',
    'Requests pass the tunnel byte for byte. Browsers get a page of the tunnel server first. Programs that send webhooks usually pass.',
  ],
];

test.each(cases)('%j is put in words', (changed, words, sentences) => {
  const fidelity = { ...exact, ...changed };
  expect([fidelityWords(fidelity), fidelitySentences(fidelity)]).toEqual([words, sentences]);
});

test('nothing measured is not exact', () => {
  expect([fidelityWords(unmeasured), fidelitySentences(unmeasured)]).toEqual([undefined, undefined]);
});

test('the table has a line for each aspect, and says what a loss means', () => {
  const rows = fidelityRows({ ...exact, path: 'lost', body: 'unknown' });
  expect(rows.map(({ aspect }) => aspect)).toEqual(fidelityAspects);
  for (const { aspect, name, finding, meaning } of rows) {
    expect(name).not.toBe('');
    expect(finding).toBe(aspect === 'path' ? 'lost' : aspect === 'body' ? 'unknown' : 'kept');
    expect(meaning === undefined).toBe(finding !== 'lost');
  }
});
