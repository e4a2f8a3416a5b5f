import { describe, expect, test } from 'vitest';
import { UserError } from './errors.ts';
import { parseTarget } from './target.ts';

describe('a target', () => {
  test.each([
    ['3000', 'http://localhost:3000', ''],
    [':3000/hooks', 'http://localhost:3000/hooks', '/hooks'],
    ['3000/hooks/', 'http://localhost:3000/hooks', '/hooks'],
    ['localhost:3000', 'http://localhost:3000', ''],
    ['localhost', 'http://localhost', ''],
    ['LOCALHOST/a', 'http://localhost/a', '/a'],
    ['app.localhost', 'http://app.localhost', ''],
    ['app:3000', 'http://app:3000', ''],
    ['app:3000/a', 'http://app:3000/a', '/a'],
    ['a.b', 'http://a.b', ''],
    ['127.0.0.1', 'http://127.0.0.1', ''],
    ['[::1]', 'http://[::1]', ''],
    ['http://app', 'http://app', ''],
    ['127.0.0.1:8080/a/b', 'http://127.0.0.1:8080/a/b', '/a/b'],
    ['[::1]:3000', 'http://[::1]:3000', ''],
    ['http://Example.com:80/base/', 'http://example.com/base', '/base'],
    ['https://localhost:3443', 'https://localhost:3443', ''],
  ])('%s is %s', (text, href, basePath) => {
    expect(parseTarget(text)).toMatchObject({ href, basePath });
  });

  test('has one spelling, however it was given', () => {
    const spellings = ['3000', ':3000', 'localhost:3000', 'http://localhost:3000/', 'HTTP://LOCALHOST:3000'];
    expect(new Set(spellings.map((text) => parseTarget(text).href))).toEqual(
      new Set(['http://localhost:3000']),
    );
  });

  test.each(['', '0', '70000', 'ftp://x', 'http://', 'a b', 'http://h/?q=1', 'http://u:p@h', '/x', '-1'])(
    '%j is refused with a way out',
    (text) => {
      try {
        parseTarget(text);
        expect.unreachable();
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        expect((error as UserError).hint).toBeTruthy();
      }
    },
  );

  test.each(['abc', 'localhots', 'stripe', 'my-app', 'my_app', 'abc/hooks', 'a/b.c', '3000x', '-p', '70000'])(
    '%j is a word, and a port may be meant',
    (text) => {
      const refused = () => parseTarget(text);
      expect(refused).toThrow(`${JSON.stringify(text)} is not a target.`);
      expect(refused).toThrow(
        expect.objectContaining({ hint: expect.stringMatching(/^Did you mean a port\? /) }),
      );
    },
  );

  test('never shows a password that was in it', () => {
    expect(() => parseTarget('http://me:hunter2@host')).toThrow(/^(?!.*hunter2)/);
  });
});
