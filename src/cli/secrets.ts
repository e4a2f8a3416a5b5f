import { readFileSync } from 'node:fs';
import { UserError } from '../model/errors.ts';
import type { Io } from './io.ts';

/**
 * A secret from where `source` says it is: `env:NAME` or `file:PATH` (without the newline at its end). Throws a
 * UserError (exit code 4) if it is not there; a secret itself is never taken from the command line, which others see.
 */
export function readSecret(source: string, flag: string, { env }: Io): string {
  const [, kind, name = ''] = /^(env|file):(.+)$/s.exec(source) ?? [];
  if (kind === 'env') {
    const value = env[name];
    if (value) return value;
    throw new UserError(
      'secret-missing',
      `${flag}: the variable ${name} is not set.`,
      'Set it, or give another source: env:NAME or file:PATH.',
    );
  }
  if (kind === 'file') {
    try {
      const value = readFileSync(name, 'utf8').replace(/\r?\n$/, '');
      if (value !== '') return value;
    } catch (error) {
      const reason = error instanceof Error ? `: ${error.message}` : '';
      throw new UserError('secret-missing', `${flag}: ${name} can't be read${reason}.`, undefined, {
        cause: error,
      });
    }
    throw new UserError('secret-missing', `${flag}: ${name} is empty.`);
  }
  throw new UserError(
    'usage',
    `${flag} does not take the secret itself, which everybody on this machine could see.`,
    'Say where it is: env:NAME or file:PATH.',
  );
}
