import { describe, expect, test } from 'vitest';
import { unclassified } from './classification.ts';
import { matchesGlob, parseFilter } from './filter.ts';

const request = {
  method: 'POST',
  requestTarget: '/stripe/hooks?path=/github/x',
  headers: [
    ['X-GitHub-Event', 'push'],
    ['x-github-event', 'Ping'],
    ['Content-Type', 'application/json; charset=utf-8'],
  ],
} as const;

describe('a filter', () => {
  test.each([
    ['path:/stripe/*', true],
    ['path:/stripe', false],
    ['path:*/hooks', true],
    ['path:*github*', false],
    ['method:post', true],
    ['method:GET,POST', true],
    ['-method:GET', true],
    ['header.x-github-event:push', true],
    ['header.X-GitHub-Event:ping', true],
    ['header.x-absent:*', false],
    ['header.content-type:"application/json; *"', true],
    ['  method:POST   path:/stripe/*  ', true],
    ['method:POST path:/github/*', false],
  ])('%s is %s', (text, expected) => {
    expect(parseFilter(text)(request)).toBe(expected);
  });

  test.each([
    ['', /is empty/],
    ['stripe', /character 1/],
    ['method:POST stripe', /character 13/],
    ['color:red', /names color.*path, method, provider, event, signature and header.NAME/],
    ['path:', /no value for path/],
    ['header.x:"open', /character 1/],
    ['x'.repeat(5_000), /longer than 4096/],
  ])('%j is refused', (text, message) => {
    expect(() => parseFilter(text)).toThrow(message);
  });

  test('sees the path of an absolute-form target', () => {
    expect(parseFilter('path:/a')({ ...request, requestTarget: 'http://h:1/a?b' })).toBe(true);
    expect(parseFilter('path:/')({ ...request, requestTarget: 'http://h:1' })).toBe(true);
  });
});

describe('words, where they are allowed', () => {
  const classification = { ...unclassified, provider: 'stripe', event: 'charge.succeeded' };
  test.each([
    ['CHARGE', true],
    ['hooks', true],
    ['post stripe', true],
    ['refund', false],
    ['-charge', false],
    ['-refund method:POST', true],
    // It may become `path:` or `event:`; with a space after it it is a word.
    ['pa', true],
    ['method:POST event', true],
    ['sig ', false],
  ])('%j is %s', (text, expected) => {
    expect(parseFilter(text, { words: true })({ ...request, classification })).toBe(expected);
  });

  test('a term that is wrong is no word', () => {
    expect(() => parseFilter('color:red', { words: true })).toThrow(/names color/);
    expect(() => parseFilter('a"b', { words: true })).toThrow(/character 1/);
  });
});

test('a glob takes no longer for a text that was made to be slow', () => {
  const text = 'a'.repeat(100_000);
  expect(matchesGlob(text, `${'*a'.repeat(200)}*b`)).toBe(false);
  expect(matchesGlob('abcabc', 'a*c')).toBe(true);
  expect(matchesGlob('ab', 'ab*b')).toBe(false);
});
