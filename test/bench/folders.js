import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with package.json. */
export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Where what is costly to make is kept; git ignores it and anyone may delete it. */
export const cacheFolder = join(projectRoot, 'test', '.cache');

/** What this run makes, on the real disk. Beside the tools, not under them: their node_modules must not be in its way. */
export const runFolder = join(cacheFolder, `bench-run-${process.pid}`);
