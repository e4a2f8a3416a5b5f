import { expect, test } from 'vitest';
import { aHistory } from '../../../test/support/a-history.ts';
import { running } from '../../../test/support/running-tui.ts';
import { scanQrCode } from '../../../test/support/scan-qr-code.ts';

const url = 'https://calm-fox-41.loca.lt/x7Kq2mPz9RtVw4Yb6Nc8Dg';
const other = 'https://bold-owl-7.loca.lt/x7Kq2mPz9RtVw4Yb6Nc8Dg';
const inBlocks = /▄▀|█▀/;

/** The code on a screen, without what is above and below it. */
const scanned = (screen: string) =>
  scanQrCode(
    screen
      .split('\n')
      .slice(2, -2)
      .filter((line) => !line.includes('http')),
  );

test('a key shows the public URL as a QR code, and the next one if it changes', async () => {
  const made = await aHistory({ tunnel: { state: 'online', driver: 'localtunnel', url } });
  const { press, shows, screen, exit } = running(made, { columns: 80, rows: 24 });
  await shows(/Waiting for the first request/);
  press('Q');
  await shows(inBlocks);
  expect(scanned(screen())).toBe(url);

  made.emit({ type: 'tunnel', ...made.session.tunnel, url: other });
  await expect.poll(() => scanned(screen())).toBe(other);

  press('Q');
  await shows(/Waiting for the first request/);
  press('Q');
  await shows(inBlocks);
  press('\u001b');
  await shows(/Waiting for the first request/);
  press('q');
  expect(await exit).toBe(0);
});

test('says why there is no code, or that the terminal is too small for it', async () => {
  const made = await aHistory();
  const local = running(made);
  local.press('Q');
  await local.shows(/There is no public URL: listen was started without a tunnel\./);
  local.press('q');
  await local.exit;

  const opening = await aHistory({ tunnel: { state: 'connecting', driver: 'localtunnel' } });
  const small = running(opening, { columns: 80, rows: 20, tui: { showQrCode: true } });
  await small.shows(/The QR code is shown here as soon as there is a public URL\./);
  opening.emit({ type: 'tunnel', ...opening.session.tunnel, state: 'online', url });
  await small.shows(/The QR code needs 35 columns and 21 rows\./);
  expect(small.screen()).not.toMatch(inBlocks);
  small.press('q');
  small.press('q');
  await small.exit;
});

test('is drawn in ASCII where nothing else is shown, and not for screen readers', async () => {
  const made = await aHistory({ tunnel: { state: 'online', driver: 'localtunnel', url } });
  const ascii = running(made, { columns: 80, rows: 45, tui: { ascii: true, showQrCode: true } });
  await ascii.shows(/####/);
  expect(scanned(ascii.screen())).toBe(url);
  ascii.press('q');
  ascii.press('q');
  await ascii.exit;

  const again = await aHistory({ tunnel: { state: 'online', driver: 'localtunnel', url } });
  const plain = running(again, { tui: { plain: true } });
  plain.press('Q');
  await expect.poll(plain.written).toContain('A QR code is a picture: y u copies the public URL as text.');
  plain.press('q');
  plain.press('q');
  await plain.exit;
});
