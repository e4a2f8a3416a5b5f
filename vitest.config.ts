import { readFileSync } from 'node:fs';
import { configDefaults, defineConfig } from 'vitest/config';

const { version } = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'));

/** Read what the other tests ran, so they come after them, in a run of their own. */
const house = ['test/architecture.test.ts', 'test/docs.test.ts'];

export default defineConfig({
  define: { __VERSION__: JSON.stringify(version) },
  test: {
    pool: 'forks',
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
          exclude: [...house, 'test/faults/**', 'test/attacks/**'],
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
    ],
    exclude: [...configDefaults.exclude, 'test/.cache/**'],
  },
});
