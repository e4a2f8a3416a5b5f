import { expect, test } from 'vitest';
import { openerOf, openInBrowser } from './open-url.ts';

test('every system has its opener, and there is none where nobody would see it', () => {
  expect(openerOf({}, 'darwin')).toEqual(['open']);
  expect(openerOf({}, 'win32')).toEqual(['rundll32', 'url.dll,FileProtocolHandler']);
  expect(openerOf({ DISPLAY: ':0' }, 'linux')).toEqual(['xdg-open']);
  expect(openerOf({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toEqual(['xdg-open']);
  expect(openerOf({}, 'linux')).toBeUndefined();
  expect(openerOf({ DISPLAY: ':0', SSH_CONNECTION: '1 2' }, 'linux')).toBeUndefined();
});

test('where there is no browser the URL is told', async () => {
  expect(await openInBrowser('http://localhost:3000/\u202ex', {})).toEqual({
    tone: 'plain',
    text: 'no browser can be opened from here: http://localhost:3000/\\u202ex',
  });
});
