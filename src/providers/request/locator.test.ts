import { expect, test } from 'vitest';
import { withoutValueAt, withValueAt } from './locator.ts';
import { utf8 } from './parsed-request.ts';

function form(text: string) {
  return {
    method: 'POST',
    url: 'https://h.example/',
    headers: [['Content-Type', 'application/x-www-form-urlencoded']] as const,
    body: Buffer.from(text),
  };
}

test('sets or removes a form field and keeps the bytes of the others', () => {
  const body = form('a=%7e&b=1%20+&b=2&%62=3&c');
  expect(utf8(withValueAt(body, 'form:b', 'x y').body)).toBe('a=%7e&b=x+y&c');
  expect(utf8(withValueAt(body, 'form:d', '&').body)).toBe('a=%7e&b=1%20+&b=2&%62=3&c&d=%26');
  expect(utf8(withValueAt(form(''), 'form:d', '1').body)).toBe('d=1');
  expect(utf8(withoutValueAt(body, 'form:b').body)).toBe('a=%7e&c');
});
