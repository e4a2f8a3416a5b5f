import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from './support/folders.ts';
import { sourcesThatRan } from './support/traces.ts';

type Kind = 'static' | 'types' | 'await';

interface Import {
  readonly from: string;
  /** A path below src, or the name of a package. */
  readonly to: string;
  readonly kind: Kind;
}

const source = join(projectRoot, 'src');
const files = (readdirSync(source, { recursive: true }) as string[]).filter(
  (file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file),
);
const imports = files.flatMap(importsOf);
const readme = readFileSync(join(source, 'README.md'), 'utf8');

/** Finds imports as text: biome keeps them in one shape. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(source, file), 'utf8');
  const found: Import[] = [];
  for (const [, keyword, names, specifier] of text.matchAll(
    /^(import|export)\s+((?:type\s+)?(?:[\w*{}\s,$]|as)*?)\s*(?:from\s+)?'([^']+)';/gm,
  )) {
    if (keyword === 'export' && !/[{*]/.test(names!)) continue;
    const named = /^\{([\s\S]*)\}$/
      .exec(names!.trim())?.[1]
      ?.split(',')
      .map((name) => name.trim());
    const onlyTypes = named?.filter((name) => name !== '').every((name) => name.startsWith('type ')) ?? false;
    const kind = names!.startsWith('type ') || onlyTypes ? 'types' : 'static';
    found.push({ from: file, to: resolved(file, specifier!), kind });
  }
  for (const [, specifier] of text.matchAll(/\bimport\('([^']+)'\)/g)) {
    found.push({ from: file, to: resolved(file, specifier!), kind: 'await' });
  }
  return found;
}

function resolved(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return relative(source, join(source, dirname(file), specifier));
  return specifier.replace(/^((?:@[^/]+\/)?[^/]+).*$/, '$1');
}

/** `store/writer.ts` belongs to `store`; a file at the top is a module of its own. */
function moduleOf(path: string): string {
  return path.split('/')[0]!;
}

function tableAfter(heading: string): string[][] {
  const rows = readme.slice(readme.indexOf(heading)).match(/(?:^\|.*\|\n)+/m)![0];
  return rows
    .trim()
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** module → module → the kinds of import that are allowed. */
function allowedArrows(): Map<string, Map<string, ReadonlySet<Kind>>> {
  const arrows = new Map<string, Map<string, ReadonlySet<Kind>>>();
  for (const [name = '', cell = ''] of tableAfter('## Arrows')) {
    const targets = new Map<string, ReadonlySet<Kind>>();
    for (const [, target, words] of cell.matchAll(/`([^`]+)`(?: \(([^)]*)\))?/g)) {
      const kinds =
        words === undefined
          ? ['static', 'types', 'await']
          : words.split(' or ').flatMap((word) => (word === 'await' ? ['await', 'types'] : ['types']));
      targets.set(target!, new Set(kinds as Kind[]));
    }
    arrows.set(name.replaceAll('`', ''), targets);
  }
  return arrows;
}

const isFile = (path: string) => files.includes(path);

describe('the arrow table of src/README.md', () => {
  const arrows = allowedArrows();

  test('names every module', () => {
    const modules = new Set(files.map(moduleOf));
    expect([...arrows.keys()].sort()).toEqual([...modules].sort());
  });

  test('allows every import between modules', () => {
    const wrong = imports
      .filter(({ from, to }) => isFile(to) && moduleOf(from) !== moduleOf(to))
      .filter(({ from, to, kind }) => !arrows.get(moduleOf(from))?.get(moduleOf(to))?.has(kind))
      .map(({ from, to, kind }) => `${from} → ${to} (${kind})`);
    expect(wrong).toEqual([]);
  });

  test('is as short as it can be: every arrow is used', () => {
    const used = new Set(imports.map(({ from, to }) => `${moduleOf(from)} → ${moduleOf(to)}`));
    const unused = [...arrows].flatMap(([from, targets]) =>
      [...targets.keys()].map((to) => `${from} → ${to}`).filter((arrow) => !used.has(arrow)),
    );
    expect(unused).toEqual([]);
  });

  test('no file imports itself through others', () => {
    const edges = new Map<string, string[]>();
    for (const { from, to } of imports) if (isFile(to)) edges.set(from, [...(edges.get(from) ?? []), to]);
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]) => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      if (done.has(file) || path.includes(file)) return;
      for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  test('every import of ours is of a file that is there', () => {
    const missing = imports.filter(({ to }) => /\.tsx?$/.test(to) && !isFile(to));
    expect(missing).toEqual([]);
  });
});

describe('the doors of packages', () => {
  const doors = new Map(
    tableAfter('Each package has its door').flatMap(([names = '', door = '']) =>
      [...names.matchAll(/`([^`]+)`/g)].map(
        ([, name]) => [name!, [...door.matchAll(/`([^`]+)`/g)].map(([, path]) => path!)] as const,
      ),
    ),
  );
  const builtin = new Set(builtinModules);
  const outside = imports.filter(({ to }) => !isFile(to) && !to.startsWith('node:') && !builtin.has(to));

  test('every package is imported through its door', () => {
    const wrong = outside
      .filter(({ from, to }) => {
        const paths = doors.get(to) ?? [];
        return !paths.some((path) => from === path || from.startsWith(`${path}/`));
      })
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(wrong).toEqual([]);
  });

  test('no door leads nowhere', () => {
    const imported = new Set(outside.map(({ to }) => to));
    expect([...doors.keys()].filter((name) => !imported.has(name))).toEqual([]);
  });

  test('the HTTP server of Node is opened in capture alone', () => {
    const servers = files.filter((file) => /\bcreateServer\b/.test(readFileSync(join(source, file), 'utf8')));
    expect(servers.map(moduleOf)).toEqual(servers.map(() => 'capture'));
  });

  test('nothing below cli.ts ends the process, prints past its io or reads the environment', () => {
    const wrong = files
      .filter((file) => file !== 'cli.ts')
      .filter((file) =>
        /\bprocess\.(exit|exitCode|env|argv|stdout|stderr|stdin|cwd)\b|\bconsole\./.test(
          readFileSync(join(source, file), 'utf8'),
        ),
      );
    expect(wrong).toEqual([]);
  });
});

describe('the ways to the terminal', () => {
  const using = (pattern: RegExp, among: (file: string) => boolean) =>
    files.filter((file) => among(file) && pattern.test(readFileSync(join(source, file), 'utf8'))).sort();

  test('commands write through guarded streams: the raw one is for the UI and for bytes that were asked for', () => {
    expect(using(/\brawStdout\b/, () => true)).toEqual([
      'commands/edit-request.ts',
      'commands/guarded-io.ts',
      'commands/io.ts',
      'commands/screen.ts',
      'commands/write-bytes.ts',
    ]);
  });

  test('the UI writes through its screen alone', () => {
    const writers = using(/\b(terminal|stdout|stderr|output)\.write\(/, (file) => file.startsWith('tui/'));
    expect(writers).toEqual(['tui/editor.ts', 'tui/plain-face.ts', 'tui/plain-screen.ts', 'tui/screen.ts']);
  });

  test('nothing but cli.ts names a stream of the process', () => {
    expect(using(/NodeJS\.WriteStream/, (file) => file.startsWith('commands/'))).toEqual(['commands/io.ts']);
  });
});

describe('names', () => {
  test('files are kebab-case, components PascalCase, and none is a drawer for odds and ends', () => {
    const wrong = files.filter((file) => {
      const name = file
        .split('/')
        .at(-1)!
        .replace(/\.tsx?$/, '');
      const isNamed =
        /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || (file.endsWith('.tsx') && /^([A-Z][a-z0-9]+)+$/.test(name));
      return !isNamed || /^(utils?|helpers?|common|types|manager|service|handler)s?$/.test(name);
    });
    expect(wrong).toEqual([]);
  });
});

describe('every source file', () => {
  test('has a function that some test runs, unless it holds types or data alone', () => {
    const ran = sourcesThatRan();
    const untested = files
      .map((file) => `src/${file}`)
      .filter((file) => !ran.has(file))
      .filter((file) => /=>|\bfunction\b/.test(withoutTypes(readFileSync(join(projectRoot, file), 'utf8'))));
    expect(untested).toEqual([]);
  });
});

/** The text without interfaces, type aliases and comments, whose arrows are no functions. */
function withoutTypes(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '')
    .replace(/^export (?:interface|type) [\s\S]*?^\}/gm, '')
    .replace(/^(?:export )?type [\s\S]*?;$/gm, '')
    .replace(/^interface [\s\S]*?^\}/gm, '');
}
