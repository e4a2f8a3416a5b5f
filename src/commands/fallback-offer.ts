import { confirmed } from '../cli/confirm.ts';
import type { Io } from '../cli/io.ts';
import { printWarnings } from '../cli/warnings.ts';
import type { Session } from '../session/session.ts';

/** Where and how the user is asked. */
interface OfferOptions {
  readonly json: boolean;
  /** The target as the user gave it. */
  readonly target: string | undefined;
  readonly io: Io;
}

/** Offers another tunnel driver once the session has one to offer. */
export function offerWhenAsked(
  session: Pick<Session, 'fallback' | 'takeFallback' | 'subscribe'>,
  options: OfferOptions,
): void {
  session.subscribe((event) => {
    if (event.type === 'fallback') void offerFallback(session, options);
  });
}

/**
 * Offers another tunnel driver to a user without the terminal UI: asks once on a terminal, else prints the command that
 * would use it.
 */
async function offerFallback(
  session: Pick<Session, 'fallback' | 'takeFallback'>,
  { json, target, io }: OfferOptions,
): Promise<void> {
  const { fallback } = session;
  if (fallback === undefined) return;
  if (json || !io.stdin.isTTY || !io.stderr.isTTY) {
    const command = ['webhook-cli listen', target, `--tunnel ${fallback}`].filter(Boolean).join(' ');
    printWarnings(
      [`There is no public URL yet. To use another company's tunnel: ${command}`],
      'fallback',
      json,
      io,
    );
    return;
  }
  const question = `There is no public URL yet. Use ${fallback}, a service of another company, in this folder?`;
  if (await confirmed(question, 'listen', io)) session.takeFallback();
}
