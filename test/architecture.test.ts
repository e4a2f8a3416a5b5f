import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from './support/folders.ts';

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

/** `store/writer.ts` belongs to the room `store`; a file at the top is a room of its own. */
function roomOf(path: string): string {
  return path.split('/')[0]!;
}

function tableAfter(heading: string): string[][] {
  const start = readme.indexOf(heading);
  if (start < 0) throw new Error(`src/README.md has no ${heading}`);
  const rows = readme.slice(start).match(/(?:^\|.*\|\n)+/m)![0];
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

type Arrows = Map<string, Map<string, ReadonlySet<Kind>>>;

/** room → room → the kinds of import that are allowed, from the table below a heading. */
function allowedArrows(heading: string): Arrows {
  const arrows: Arrows = new Map();
  for (const [name = '', cell = ''] of tableAfter(heading)) {
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

const known = new Set(files);
const isFile = (path: string) => known.has(path);

/** Every way that leads from a node back to it, as text. */
function cyclesOf(edges: readonly (readonly [string, readonly string[]])[]): string[] {
  const next = new Map(edges);
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (node: string, path: readonly string[]) => {
    if (path.includes(node)) cycles.push([...path.slice(path.indexOf(node)), node].join(' → '));
    if (done.has(node) || path.includes(node)) return;
    for (const each of next.get(node) ?? []) visit(each, [...path, node]);
    done.add(node);
  };
  for (const [node] of edges) visit(node, []);
  return cycles;
}

/** A table of arrows in src/README.md and the room of each file that it is about; undefined: it is not in it. */
interface ArrowTable {
  readonly heading: string;
  readonly roomOf: (path: string) => string | undefined;
}

/** `delivery/queue.ts` lies in `delivery`; the files of a room itself are `*`. */
function folderIn(path: string): string {
  const [, folder, ...rest] = path.split('/');
  return rest.length > 0 ? folder! : '*';
}

const rooms: readonly ArrowTable[] = [
  { heading: '## Arrows', roomOf },
  ...[...readme.matchAll(/^### Inside `([\w-]+)`$/gm)].map(([heading, room]) => ({
    heading,
    roomOf: (path: string) => (path.startsWith(`${room}/`) ? folderIn(path) : undefined),
  })),
];

describe.each(rooms)('the table of arrows: $heading', ({ heading, roomOf }) => {
  const arrows = allowedArrows(heading);
  const between = imports.flatMap(({ from, to, kind }) => {
    const [a, b] = [roomOf(from), roomOf(to)];
    return isFile(to) && a !== undefined && b !== undefined && a !== b ? [{ from, to, kind, a, b }] : [];
  });

  test('names every room', () => {
    const named = new Set(files.map(roomOf).filter((room) => room !== undefined));
    expect([...arrows.keys()].sort()).toEqual([...named].sort());
  });

  test('allows every import between rooms', () => {
    const wrong = between
      .filter(({ a, b, kind }) => !arrows.get(a)?.get(b)?.has(kind))
      .map(({ from, to, kind }) => `${from} → ${to} (${kind})`);
    expect(wrong).toEqual([]);
  });

  test('has no arrow that is not used', () => {
    const used = new Set(between.map(({ a, b }) => `${a} → ${b}`));
    const unused = [...arrows].flatMap(([from, targets]) =>
      [...targets.keys()].map((to) => `${from} → ${to}`).filter((arrow) => !used.has(arrow)),
    );
    expect(unused).toEqual([]);
  });

  test('has no arrow back: no room imports itself through others', () => {
    expect(cyclesOf([...arrows].map(([from, targets]) => [from, [...targets.keys()]]))).toEqual([]);
  });
});

describe('imports', () => {
  test('no file imports itself through others', () => {
    const edges = new Map<string, string[]>(files.map((file) => [file, []]));
    for (const { from, to } of imports) if (isFile(to)) edges.get(from)!.push(to);
    expect(cyclesOf([...edges])).toEqual([]);
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
    expect(servers.map(roomOf)).toEqual(servers.map(() => 'capture'));
  });

  test('nothing below main.ts ends the process, prints past its io or reads the environment', () => {
    const wrong = files
      .filter((file) => file !== 'main.ts')
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
      'cli/guarded-io.ts',
      'cli/io.ts',
      'cli/write-bytes.ts',
      'commands/edit-request.ts',
      'commands/options/tui.ts',
    ]);
  });

  test('the UI writes through its screen alone', () => {
    const writers = using(/\b(terminal|stdout|stderr|output)\.write\(/, (file) =>
      /^(tui|editor)\//.test(file),
    );
    expect(writers).toEqual(['editor/editor.ts', 'tui/screen-reader-screen.ts', 'tui/terminal/screen.ts']);
  });

  test('nothing but main.ts names a stream of the process', () => {
    expect(using(/NodeJS\.WriteStream/, (file) => /^(cli|commands)\//.test(file))).toEqual(['cli/io.ts']);
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

describe('texts', () => {
  test('name options by key below the interfaces: flags are for the command line', () => {
    // These run a program that has flags of its own.
    const drivers = new Set(['cloudflared', 'ngrok', 'tailscale'].map((name) => `tunnels/${name}.ts`));
    const below = files.filter(
      (file) => !/^(cli|commands|format|tui|editor|main\.ts)\b/.test(file) && !drivers.has(file),
    );
    const wrong = below.flatMap((file) => {
      const code = readFileSync(join(source, file), 'utf8').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
      return (
        code
          .split('\n')
          // The notes of providers are for the list that the command line prints.
          .filter((line) => /(?<![\w-])--[a-z]/.test(line) && !/^\s*note: /.test(line))
          .map((line) => `${file}: ${line.trim()}`)
      );
    });
    expect(wrong).toEqual([]);
  });
});

describe('the top level', () => {
  const allowed = ['.ci', '.git', '.gitignore', 'CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'biome.json'];
  const tools = ['dist', 'node_modules', 'package-lock.json', 'package.json', 'src', 'test'];

  test('has nothing that a tool does not demand: no test leaves a file there', () => {
    const expected = new Set([...allowed, ...tools, 'tsconfig.json', 'vitest.config.ts']);
    expect(readdirSync(projectRoot).filter((name) => !expected.has(name))).toEqual([]);
  });
});
