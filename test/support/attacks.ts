import { afterAll, describe, test } from 'vitest';

/**
 * A class of attacks: one test for each case, named by it. Prints how many there are, so that a report can say what
 * was tried.
 */
export function attacks<T>(
  title: string,
  cases: Readonly<Record<string, T>>,
  run: (attack: T) => Promise<void>,
): void {
  const entries = Object.entries(cases);
  describe(title, () => {
    test.each(entries)('%s', (_name, attack) => run(attack));
    afterAll(() => {
      process.stdout.write(`attacks: ${title}: ${entries.length} cases\n`);
    });
  });
}
