import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, projectRoot } from './folders.ts';

const traceFolder = join(cacheFolder, 'traces');

interface Trace {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly startOffset: number; readonly count: number }[];
    }[];
  }[];
}

/** Before all tests: has every process that they start write down which functions it ran. */
export function setup(): void {
  if (process.env['NODE_V8_COVERAGE'] !== undefined) return;
  rmSync(traceFolder, { recursive: true, force: true });
  mkdirSync(traceFolder, { recursive: true });
  process.env['NODE_V8_COVERAGE'] = traceFolder;
}

/** The source files of which some named function has run, in a test or in the program that it started. */
export function sourcesThatRan(): Set<string> {
  const ran = new Set<string>();
  const bundles = new Map<string, Bundle>();
  for (const file of readdirSync(traceFolder)) {
    const { result } = JSON.parse(readFileSync(join(traceFolder, file), 'utf8')) as Trace;
    for (const { url, functions } of result) {
      if (!url.startsWith('file:')) continue;
      const path = relative(projectRoot, fileURLToPath(url));
      const offsets = functions
        .filter(({ functionName, ranges }) => functionName !== '' && ranges[0]!.count > 0)
        .map(({ ranges }) => ranges[0]!.startOffset);
      if (path.startsWith('src/') && offsets.length > 0) ran.add(path);
      if (!path.startsWith('dist/')) continue;
      const bundle = bundles.get(path) ?? openBundle(path);
      bundles.set(path, bundle);
      for (const offset of offsets) {
        const source = bundle.sourceAt(offset);
        if (source !== undefined) ran.add(source);
      }
    }
  }
  return ran;
}

interface Bundle {
  sourceAt(offset: number): string | undefined;
}

function openBundle(path: string): Bundle {
  const file = join(projectRoot, path);
  const code = readFileSync(file, 'utf8');
  const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
  const lineStarts = [0];
  for (let at = code.indexOf('\n'); at >= 0; at = code.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return {
    sourceAt(offset) {
      let line = lineStarts.length - 1;
      while (lineStarts[line]! > offset) line--;
      const entry = map.findEntry(line, offset - lineStarts[line]!);
      if (!('originalSource' in entry)) return undefined;
      const source = /(?:^|\/)(src\/.*)$/.exec(entry.originalSource)?.[1];
      return source && !entry.originalSource.includes('node_modules') ? source : undefined;
    },
  };
}
