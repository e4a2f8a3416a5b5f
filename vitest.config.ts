import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

/** Read the source and the docs alone: npm run test:house takes seconds. */
const house = ['test/architecture.test.ts', 'test/docs.test.ts'];
/** Files that a run leaves out: the projects have lists of their own, so that --exclude does not reach them. */
const leftOut = (process.env['LEAVE_OUT'] ?? '').split(' ').filter(Boolean);
/** Reads the traces of the unit and whole tests, so it runs after them. */
const traces = 'test/every-file-runs.test.ts';

export default defineConfig({
  define: { __VERSION__: JSON.stringify(version) },
  test: {
    pool: 'forks',
    // By default one less, so that half of a machine with two processors idles.
    maxWorkers: availableParallelism(),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['src/**/*.test.{ts,tsx}'],
          testTimeout: 10_000,
          globalSetup: 'test/support/traces.ts',
          setupFiles: 'test/support/write-trace.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: [...house, traces, 'test/faults/**', 'test/attacks/**', ...leftOut],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          globalSetup: 'test/support/traces.ts',
          setupFiles: 'test/support/write-trace.ts',
        },
      },
      // Takes minutes, so it is not part of the gate: npm run test:faults.
      {
        extends: true,
        test: {
          name: 'faults',
          include: ['test/{faults,attacks}/**/*.test.ts'],
          testTimeout: 120_000,
        },
      },
      // Draws the pictures of the README: npm run screens.
      { extends: true, test: { name: 'screens', include: ['test/screens/**/*.screen.ts'] } },
      { extends: true, test: { name: 'house', include: house, testTimeout: 60_000 } },
      { extends: true, test: { name: 'traces', include: [traces], testTimeout: 60_000 } },
    ],
    exclude: [...configDefaults.exclude, 'test/.cache/**'],
  },
});
