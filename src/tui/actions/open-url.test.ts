import { expect, test } from 'vitest';
import { browserUrl, openerOf, openInBrowser } from './open-url.ts';

test('each system has its opener; none over SSH or without a display', () => {
  expect(openerOf({}, 'darwin')).toEqual(['open']);
  expect(openerOf({}, 'win32')).toEqual(['rundll32', 'url.dll,FileProtocolHandler']);
  expect(openerOf({ DISPLAY: ':0' }, 'linux')).toEqual(['xdg-open']);
  expect(openerOf({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux')).toEqual(['xdg-open']);
  expect(openerOf({}, 'linux')).toBeUndefined();
  expect(openerOf({ DISPLAY: ':0', SSH_CONNECTION: '1 2' }, 'linux')).toBeUndefined();
});

test('shows the URL if no browser can be opened', async () => {
  expect(await openInBrowser('http://localhost:3000/\u202ex', {})).toEqual({
    tone: 'plain',
    text: 'cannot open a browser here: http://localhost:3000/\\u202ex',
  });
});

test('percent-encodes the bytes of a captured path unchanged', () => {
  expect(browserUrl('http://localhost:3000/caf\u00e9?\u00ff')).toBe('http://localhost:3000/caf%E9?%FF');
  expect(browserUrl('http://localhost:3000//evil.example/x')).toBe('http://localhost:3000//evil.example/x');
  expect(browserUrl('http://localhost:3000/"; x')).toBe('http://localhost:3000/%22;%20x');
});
