import { expect, test } from 'vitest';
import { appAdvice } from './app-advice.ts';

test('names the framework that the response reveals, and only that one', () => {
  const hint = appAdvice(400, [['X-Powered-By', 'Express']])!.hint;
  expect(hint).toContain('express.raw(');
  expect(hint).not.toContain('Django');
  expect(appAdvice(403, [['Set-Cookie', 'csrftoken=x; Path=/']])!.hint).toContain('request.body');
  expect(appAdvice(401, [['X-Runtime', '0.1']])!.hint).toContain('request.raw_post');
});

test('lists all frameworks in the details if the response reveals none', () => {
  const { hint, details = [] } = appAdvice(401, [])!;
  for (const name of ['Express', 'Next.js', 'Fastify', 'Django', 'Rails', 'Laravel']) {
    expect(hint).not.toContain(name);
    expect(details.join('\n')).toContain(name);
  }
});

test('names one framework for a response that matches two', () => {
  const hint = appAdvice(400, [
    ['X-Powered-By', 'Express'],
    ['X-Runtime', '0.1'],
  ])!.hint;
  expect(hint.split('\n')).toHaveLength(1);
  expect(hint).not.toContain('Rails');
});

test('gives advice only for 400, 401 and 403', () => {
  expect(appAdvice(200, [])).toBeUndefined();
  expect(appAdvice(404, [])).toBeUndefined();
  expect(appAdvice(500, [['X-Powered-By', 'Express']])).toBeUndefined();
});
