import { takeCoverage } from 'node:v8';
import { afterAll } from 'vitest';

// A worker of the test runner is ended before it would write its trace itself.
afterAll(() => {
  if (process.env['NODE_V8_COVERAGE'] !== undefined) takeCoverage();
});
