import { afterEach, describe, expect, it } from 'vitest';
import { briefestTimeText, briefTimeText, preciseTimeText, timeText, whenText } from './time.ts';

const before = process.env['TZ'];
afterEach(() => {
  if (before === undefined) delete process.env['TZ'];
  else process.env['TZ'] = before;
});

function inZone<T>(zone: string, act: () => T): T {
  process.env['TZ'] = zone;
  return act();
}

describe('times in an hour that a clock change repeats', () => {
  it.each([
    ['Europe/Berlin', '2026-10-25T00:30:00Z', '02:30:00+02:00'],
    ['Europe/Berlin', '2026-10-25T01:30:00Z', '02:30:00+01:00'],
    ['Europe/Berlin', '2026-10-24T23:59:59Z', '01:59:59'],
    ['Europe/Berlin', '2026-10-25T02:00:00Z', '03:00:00'],
    ['Europe/Berlin', '2026-03-29T00:59:59Z', '01:59:59'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '03:00:00'],
    ['Europe/Dublin', '2026-10-25T00:30:00Z', '01:30:00+01:00'],
    ['Europe/Dublin', '2026-10-25T01:30:00Z', '01:30:00+00:00'],
    ['America/New_York', '2026-11-01T05:30:00Z', '01:30:00-04:00'],
    ['America/New_York', '2026-11-01T06:30:00Z', '01:30:00-05:00'],
    ['America/St_Johns', '2026-11-01T03:45:00Z', '01:15:00-02:30'],
    ['Australia/Lord_Howe', '2026-04-04T14:45:00Z', '01:45:00+11:00'],
    ['Australia/Lord_Howe', '2026-04-04T15:15:00Z', '01:45:00+10:30'],
    ['Australia/Lord_Howe', '2026-04-04T15:30:00Z', '02:00:00'],
    ['UTC', '2026-10-25T00:30:00Z', '00:30:00'],
    ['Asia/Kolkata', '2026-10-25T00:30:00Z', '06:00:00'],
  ])('%s %s is %s', (zone, moment, expected) => {
    expect(inZone(zone, () => timeText(Date.parse(moment)))).toBe(expected);
  });

  it('have the offset in every form that has room for it', () => {
    const at = Date.parse('2026-10-25T00:30:00.120Z');
    const texts = inZone('Europe/Berlin', () => [
      preciseTimeText(at),
      briefTimeText(at, at),
      whenText(at, at),
      whenText(at, at + 48 * 3600 * 1000),
      briefestTimeText(at, at),
    ]);
    expect(texts).toEqual([
      '02:30:00.120+02:00',
      '02:30+02',
      '02:30:00+02:00',
      '2026-10-25 02:30:00+02:00',
      '02:30',
    ]);
  });
});

it('shows other days in eight columns', () => {
  const now = Date.parse('2026-11-28T12:00:00Z');
  const at = (moment: string) => inZone('UTC', () => briefTimeText(Date.parse(moment), now));
  expect(at('2026-11-28T08:05:09Z')).toBe('08:05:09');
  expect(at('2026-11-26T08:05:09Z')).toBe('Th 08:05');
  expect(at('2026-10-26T08:05:09Z')).toBe('26-10-26');
});
