import { UserError } from '../model/errors.ts';
import { option, phrase } from '../model/phrase.ts';
import { isLoopback, type Target } from '../model/target.ts';

/** Throws a UserError if a target is the listener's own port: it would forward to itself endlessly. */
export function refuseOwnPort(target: Target, port: number): void {
  if (!isLoopback(target) || target.port !== port) return;
  throw new UserError(
    'usage',
    `The target ${target.href} is this listener itself.`,
    phrase`Give the port of your dev server, or another ${option('port')}.`,
  );
}

/** Throws a UserError if a target is the listener's own public URL. */
export function refuseOwnUrl(target: Target, url: string): void {
  if (target.origin !== new URL(url).origin) return;
  throw new UserError(
    'usage',
    `The target ${target.href} is this listener's own public URL.`,
    'Give the address of your dev server.',
  );
}
