import { readFileSync } from 'node:fs';
import { UserError } from '../model/errors.ts';
import type { Io } from './io.ts';

/**
 * Reads a secret from `env:NAME` or `file:PATH` (without a final newline). Throws a UserError (exit code 4) if it is
 * missing. A secret is never taken from the command line itself, which other users can see.
 */
export function readSecret(source: string, flag: string, { env }: Io): string {
  const [, kind, name = ''] = /^(env|file):(.+)$/s.exec(source) ?? [];
  if (kind === 'env') {
    const value = env[name];
    if (value) return value;
    throw new UserError(
      'secret-missing',
      `${flag}: environment variable ${name} is not set.`,
      'Set it, or use another source: env:NAME or file:PATH.',
    );
  }
  if (kind === 'file') {
    try {
      const value = readFileSync(name, 'utf8').replace(/\r?\n$/, '');
      if (value !== '') return value;
    } catch (error) {
      const reason = error instanceof Error ? `: ${error.message}` : '';
      throw new UserError('secret-missing', `${flag}: cannot read ${name}${reason}.`, undefined, {
        cause: error,
      });
    }
    throw new UserError('secret-missing', `${flag}: ${name} is empty.`);
  }
  throw new UserError(
    'usage',
    `${flag} does not accept the secret itself: other users of this machine could see it.`,
    'Use env:NAME or file:PATH.',
  );
}
