import { inspectDatabase } from '../../store/inspect.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

/** Checks the database file: whether it can be used, its permissions, its size. Creates nothing. */
export function databaseFindings(file: string, sizeText: (bytes: number) => string): Finding[] {
  const { exists, sizeBytes, mode, problem, hint, isChecked } = inspectDatabase(file);
  if (problem !== undefined) return [failed('database', problem, hint)];
  if (!exists) return [ok('database', `${file} does not exist yet: listen creates it.`)];
  const size = sizeText(sizeBytes);
  const state = isChecked ? 'it is sound' : 'it is too large to be read as a whole here';
  const others = mode & 0o077;
  return [
    ok('database', `${file}, ${size}: ${state}.`),
    ...(others === 0
      ? []
      : [
          warning(
            'database',
            `Other users may have access to ${file} (mode ${mode.toString(8)}).`,
            `Run chmod 600 ${file}.`,
          ),
        ]),
  ];
}
