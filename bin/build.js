#!/usr/bin/env node
// Bundles src into dist: every package but the SQLite driver goes in, heavy ones into chunks of their own.
import * as childProcess from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
// Built beside it and moved there whole: what runs from dist never finds half of it.
const fresh = join(root, 'dist.new');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });

const entryPoints = {
  main: 'src/main.ts',
  index: 'src/index.ts',
  'localtunnel-worker': 'src/tunnels/localtunnel-worker.ts',
};

/**
 * Node's own modules by `process.getBuiltinModule`: an `import` of one reads every property that it has, which loads
 * what they stand for (of node:fs alone: all streams) and costs a command a third of its start-up.
 */
const builtins = {
  name: 'builtins',
  setup({ onResolve, onLoad }) {
    const names = new Set(builtinModules);
    onResolve({ filter: /^(node:)?[a-z_]+(\/[a-z]+)*$/ }, ({ path, importer }) =>
      path.startsWith('node:') || names.has(path)
        ? // One for each file that imports it: shared, each would be a chunk, a file more to open at every start.
          { path: `${path} in ${relative(root, importer)}`, namespace: 'builtin', pluginData: path }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ pluginData }) => ({
      contents: builtinModule(pluginData),
    }));
  },
};

function builtinModule(path) {
  const get = `process.getBuiltinModule(${JSON.stringify(path)})`;
  // Commander imports it for subcommands in files of their own: it is loaded when something in it is first used.
  if (path === 'node:child_process') {
    const names = Object.fromEntries(Object.keys(childProcess).map((name) => [name, null]));
    return `module.exports = new Proxy(${JSON.stringify(names)}, { get: (_, name) => ${get}[name] })`;
  }
  return `module.exports = ${get}`;
}

/** Of GitHub's examples, the first of each event and action: `trigger` sends no others. All are 3 MB, packed 32 KB. */
const examples = {
  name: 'examples',
  setup({ onLoad }) {
    onLoad({ filter: /webhooks-examples.*index\.json$/ }, ({ path }) => {
      const events = JSON.parse(readFileSync(path, 'utf8'));
      const kept = events.map(({ name, examples }) => ({ name, examples: firstOfEachAction(examples) }));
      const packed = brotliCompressSync(JSON.stringify(kept)).toString('base64');
      const contents = `import { brotliDecompressSync } from 'node:zlib';
        export default JSON.parse(brotliDecompressSync(Buffer.from('${packed}', 'base64')));`;
      return { contents, loader: 'js', resolveDir: root };
    });
  },
};

function firstOfEachAction(examples) {
  const seen = new Set();
  return examples.filter(({ action }) => !seen.has(action) && seen.add(action));
}

/** Ink's devtools are for whoever develops Ink. */
const devtools = {
  name: 'devtools',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/devtools\.js$/ }, ({ importer }) =>
      importer.includes('/node_modules/ink/') ? { path: join(root, 'bin/shims/empty.js') } : undefined,
    );
  },
};

/** Ink's layout engine fetches its own data: URL where it can, which loads a second undici, Node's own. */
const layoutEngine = {
  name: 'layout engine',
  setup({ onLoad }) {
    onLoad({ filter: /yoga-wasm-base64-esm\.js$/ }, ({ path }) => ({
      contents: `const fetch = undefined;\n${readFileSync(path, 'utf8')}`,
      loader: 'js',
    }));
  },
};

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20.18',
  mainFields: ['module', 'main'],
  external: ['better-sqlite3', '@photostructure/sqlite'],
  plugins: [builtins, examples, devtools, layoutEngine],
  alias: {
    // localtunnel needs one GET, not the axios it pins, and no debug output.
    axios: join(root, 'src/tunnels/localtunnel-address.ts'),
    debug: join(root, 'bin/shims/debug.cjs'),
    undici: join(root, 'bin/shims/undici.cjs'),
  },
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.DEV': '"false"',
    __VERSION__: JSON.stringify(version),
  },
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
  legalComments: 'none',
  // Not published: tests use them to tell which source files they ran.
  sourcemap: 'external',
  logLevel: 'warning',
};

const result = await build({
  ...shared,
  entryPoints,
  outdir: fresh,
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
  format: 'esm',
  banner: {
    js: "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);",
  },
  metafile: true,
});

// The library for programs that are CommonJS still.
await build({
  ...shared,
  entryPoints: { index: 'src/index.ts' },
  outdir: join(fresh, 'cjs'),
  format: 'cjs',
  define: { ...shared.define, 'import.meta.url': 'moduleUrl' },
  banner: {
    js: "const moduleUrl = process.getBuiltinModule('node:url').pathToFileURL(__filename).href;",
  },
});

writeFileSync(join(fresh, 'meta.json'), JSON.stringify(result.metafile).replaceAll('"dist.new/', '"dist/'));
writeFileSync(join(fresh, 'THIRD-PARTY-NOTICES.txt'), notices(Object.keys(result.metafile.inputs)));
childProcess.execFileSync(
  process.execPath,
  [
    join(root, 'node_modules/typescript/bin/tsc'),
    ...['-p', 'bin/tsconfig.types.json', '--outDir', join(fresh, 'types')],
  ],
  { cwd: root, stdio: 'inherit' },
);
// What a folder's package.json says decides how its files and types are read.
writeFileSync(join(fresh, 'cjs/package.json'), '{ "type": "commonjs" }\n');
cpSync(join(fresh, 'types'), join(fresh, 'cjs/types'), { recursive: true });
rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);

/** The licence texts of every package that the bundle contains. */
function notices(inputs) {
  const packages = new Map();
  for (const input of inputs.filter((each) => !each.startsWith('builtin:'))) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (match) packages.set(match[1], undefined);
  }
  const texts = [];
  for (const folder of [...packages.keys()].sort()) {
    const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
    const file = ['LICENSE', 'LICENSE.md', 'license', 'LICENCE', 'LICENSE.txt', 'license.md']
      .map((name) => join(root, folder, name))
      .find((path) => existsSync(path));
    const text = file
      ? readFileSync(file, 'utf8').trim()
      : `License: ${manifest.license ?? 'see the package'}`;
    texts.push(`${manifest.name} ${manifest.version}\n\n${text}\n`);
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
