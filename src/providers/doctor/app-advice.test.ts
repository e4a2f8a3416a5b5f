import { expect, test } from 'vitest';
import { appAdvice } from './app-advice.ts';

test('the framework that an answer gives away gets its line, and that one alone', () => {
  const hint = appAdvice(400, [['X-Powered-By', 'Express']])!.hint;
  expect(hint).toContain('express.raw(');
  expect(hint).not.toContain('Django');
  expect(appAdvice(403, [['Set-Cookie', 'csrftoken=x; Path=/']])!.hint).toContain('request.body');
  expect(appAdvice(401, [['X-Runtime', '0.1']])!.hint).toContain('request.raw_post');
});

test('where nothing gives it away, the hint names none and the details all', () => {
  const { hint, details = [] } = appAdvice(401, [])!;
  for (const name of ['Express', 'Next.js', 'Fastify', 'Django', 'Rails', 'Laravel']) {
    expect(hint).not.toContain(name);
    expect(details.join('\n')).toContain(name);
  }
});

test('a response that fits two frameworks gets one line', () => {
  const hint = appAdvice(400, [
    ['X-Powered-By', 'Express'],
    ['X-Runtime', '0.1'],
  ])!.hint;
  expect(hint.split('\n')).toHaveLength(1);
  expect(hint).not.toContain('Rails');
});

test('only a refusal is about signatures', () => {
  expect(appAdvice(200, [])).toBeUndefined();
  expect(appAdvice(404, [])).toBeUndefined();
  expect(appAdvice(500, [['X-Powered-By', 'Express']])).toBeUndefined();
});
