import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { Environment } from '../model/environment.ts';
import { UserError } from '../model/errors.ts';

/** A program of the user's that a driver runs. */
export interface DriverProgram {
  readonly name: string;
  /** How to get it, as a sentence. */
  readonly install: string;
}

/** The file of a program: found on PATH, or the one that a path leads to; undefined if it cannot be run. */
export function findProgram(name: string, env: Environment): string | undefined {
  if (/[\\/]/.test(name)) return runnable(isAbsolute(name) ? name : resolve(name));
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const file = folder === '' ? undefined : runnable(join(folder, name));
    if (file !== undefined) return file;
  }
  return undefined;
}

/** True if a driver's program is there, or it has none. */
export function isAvailable(
  { program }: { readonly program?: DriverProgram | undefined },
  env: Environment,
): boolean {
  return !program || findProgram(program.name, env) !== undefined;
}

/** The file of a driver's program; throws a UserError that says how to install it. */
export function requireProgram(program: DriverProgram, env: Environment): string {
  const file = findProgram(program.name, env);
  if (file !== undefined) return file;
  throw missingProgram(program);
}

/** The error for a program that is not there: it says how to install it. */
export function missingProgram({ name, install }: DriverProgram): UserError {
  return new UserError('usage', `The program ${name} was not found on PATH.`, install);
}

function runnable(file: string): string | undefined {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}
