import type { Io } from '../cli/io.ts';
import { stylingFor } from '../cli/output-style.ts';
import { printWarnings } from '../cli/warnings.ts';
import { isLightTerminal, wantsColour } from '../format/environment.ts';
import { isUtf8Locale } from '../format/symbols.ts';
import type { Session } from '../session/session.ts';

/** The options of `listen` that the codes depend on. */
interface QrCodeSettings {
  readonly ascii?: boolean | undefined;
  readonly json?: boolean | undefined;
}

/** Prints the public URL as a QR code to stderr, and again whenever it changes. */
export async function printQrCodes(
  session: Pick<Session, 'url' | 'tunnel' | 'subscribe'>,
  { ascii, json = false }: QrCodeSettings,
  io: Io,
): Promise<void> {
  const { qrCode } = await import('../format/qr-code.ts');
  const { stderr, env } = io;
  const { paint } = stylingFor(stderr, env);
  let last: string | null = null;
  const print = (url: string | null) => {
    if (url === null || url === last) return;
    last = url;
    const code = qrCode(url, {
      columns: stderr.isTTY ? stderr.columns : Number.POSITIVE_INFINITY,
      rows: Number.POSITIVE_INFINITY,
      ascii: ascii ?? !isUtf8Locale(env),
      isDarkOnLight: isLightTerminal(env) && !wantsColour(stderr, env),
    });
    if (code.type === 'code') stderr.write(`${code.lines.map((line) => paint('pixels', line)).join('\n')}\n`);
    else printWarnings([`The QR code needs a terminal of ${code.columns} columns.`], 'qr', json, io);
  };
  session.subscribe((event) => {
    if (event.type === 'tunnel' && event.state === 'online') print(event.url);
  });
  if (session.tunnel.state === 'online') print(session.url);
  else if (session.tunnel.state === 'closed')
    printWarnings(['There is no QR code, because there is no public URL.'], 'qr', json, io);
}
