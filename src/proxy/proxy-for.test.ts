import { expect, test } from 'vitest';
import { proxyFor, proxyVariables } from './proxy-for.ts';

const proxy = 'http://proxy.test:3128';

const named = (url: string, env: Record<string, string>) => {
  const found = proxyFor(new URL(url), env);
  return found && `${found.hostname}:${found.port}`;
};

test.each([
  ['http://a.test', { HTTP_PROXY: proxy }, 'proxy.test:3128'],
  ['http://a.test', { HTTPS_PROXY: proxy }, undefined],
  ['https://a.test', { HTTPS_PROXY: proxy }, 'proxy.test:3128'],
  ['https://a.test', { HTTP_PROXY: proxy }, undefined],
  ['https://a.test', { https_proxy: 'http://small.test', HTTPS_PROXY: proxy }, 'small.test:80'],
  ['https://a.test', { https_proxy: '', HTTPS_PROXY: proxy }, 'proxy.test:3128'],
  ['https://a.test', { HTTPS_PROXY: 'proxy.test:8080' }, 'proxy.test:8080'],
  ['https://a.test', { HTTPS_PROXY: 'https://proxy.test' }, 'proxy.test:443'],
  ['https://a.test', { HTTPS_PROXY: 'http://[2001:db8::1]:3128' }, '2001:db8::1:3128'],
  ['https://a.test', {}, undefined],
])('%s with %j goes through %s', (url, env, expected) => {
  expect(named(url, env as Record<string, string>)).toBe(expected);
});

test.each([
  'http://localhost:3000',
  'http://calm-fox.localhost:4711',
  'https://127.0.0.1',
  'https://127.1.2.3',
  'http://[::1]:3000',
])('%s is never reached through a proxy', (url) => {
  expect(named(url, { HTTP_PROXY: proxy, HTTPS_PROXY: proxy })).toBe(undefined);
});

test.each([
  ['*', 'https://a.test', true],
  ['a.test', 'https://a.test', true],
  ['A.TEST', 'https://a.test', true],
  ['a.test', 'https://b.a.test', true],
  ['.a.test', 'https://b.a.test', true],
  ['*.a.test', 'https://b.a.test', true],
  ['a.test', 'https://aa.test', false],
  ['b.test, a.test', 'https://a.test', true],
  ['b.test a.test', 'https://a.test', true],
  ['a.test:443', 'https://a.test', true],
  ['a.test:8443', 'https://a.test', false],
  ['a.test:8443', 'https://a.test:8443', true],
  ['192.0.2.7', 'https://192.0.2.7', true],
  ['192.0.2.0/24', 'https://192.0.2.7', true],
  ['192.0.2.0/24', 'https://192.0.3.7', false],
  ['192.0.2.0/99', 'https://192.0.2.7', false],
  ['2001:db8::1', 'https://[2001:db8::1]', true],
  ['[2001:db8::1]:443', 'https://[2001:db8:0::1]', true],
  ['2001:db8::/32', 'https://[2001:db8:ffff::1]', true],
  ['.', 'https://a.test', false],
  ['', 'https://a.test', false],
])('NO_PROXY=%j for %s: %s', (list, url, isExcepted) => {
  for (const name of ['NO_PROXY', 'no_proxy']) {
    expect(named(url, { HTTPS_PROXY: proxy, [name]: list }) === undefined).toBe(isExcepted);
  }
});

test('a user name and a password are passed on, decoded', () => {
  const found = proxyFor(new URL('https://a.test'), { HTTPS_PROXY: 'http://ann:p%40ss@proxy.test' });
  expect(found?.authorization).toBe(`Basic ${Buffer.from('ann:p@ss').toString('base64')}`);
});

test.each([
  ['http://ann:secret@', 'HTTPS_PROXY is not the URL of a proxy.'],
  ['http://ann:secret@proxy.test:99999', 'HTTPS_PROXY is not the URL of a proxy.'],
  ['socks5://ann:secret@proxy.test', 'HTTPS_PROXY names a proxy of another kind (socks5).'],
])('%s is an error that shows no password', (value, message) => {
  let error: unknown;
  try {
    proxyFor(new URL('https://a.test'), { HTTPS_PROXY: value });
  } catch (caught) {
    error = caught;
  }
  expect(error).toMatchObject({ code: 'usage', message });
  expect(JSON.stringify(error)).not.toContain('secret');
});

test('takes what is about proxies out of an environment', () => {
  expect(proxyVariables({ PATH: '/bin', HTTP_PROXY: proxy, no_proxy: '*', https_proxy: '' })).toEqual({
    HTTP_PROXY: proxy,
    no_proxy: '*',
  });
});
