import { expect, test } from 'vitest';
import { scanQrCode } from '../../test/support/scan-qr-code.ts';
import { type QrCodeOptions, qrCode } from './qr-code.ts';

const roomy: QrCodeOptions = { columns: 200, rows: 100, ascii: false, isDarkOnLight: false };
const url = 'https://calm-fox-41.loca.lt/x7Kq2mPz9RtVw4Yb6Nc8Dg';

test('is read by a scanner, in blocks and in ASCII, on dark and on light', () => {
  for (const text of [url, 'http://localhost:4000', 'https://a.b/?q=ü'])
    for (const ascii of [false, true])
      for (const isDarkOnLight of [false, true]) {
        const options = { ...roomy, ascii, isDarkOnLight };
        const code = qrCode(text, options);
        expect(code.type === 'code' && scanQrCode(code.lines, isDarkOnLight)).toBe(text);
        if (ascii && code.type === 'code') expect(code.lines.join('')).toMatch(/^[ #]+$/);
      }
});

test('takes a narrower border before it does not fit, and says what it needs', () => {
  const wide = qrCode(url, roomy);
  expect(wide.type === 'code' && [wide.lines[0]!.length, wide.lines.length]).toEqual([37, 19]);
  const narrow = { ...roomy, columns: 36 };
  const code = qrCode(url, narrow);
  expect(code.type === 'code' && [code.lines[0]!.length, code.lines.length]).toEqual([33, 17]);
  expect(code.type === 'code' && scanQrCode(code.lines)).toBe(url);
  const needed = { type: 'too-small', columns: 33, rows: 17 };
  expect(qrCode(url, { ...roomy, columns: 32 })).toEqual(needed);
  expect(qrCode(url, { ...roomy, rows: 16 })).toEqual(needed);
  expect(qrCode(url, { ...roomy, rows: 32, ascii: true })).toEqual({
    type: 'too-small',
    columns: 66,
    rows: 33,
  });
});
