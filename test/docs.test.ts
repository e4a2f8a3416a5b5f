import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadCommands } from '../src/commands/index.ts';
import { projectRoot } from './support/folders.ts';
import {
  commandTables,
  keyTable,
  requestFieldTable,
  section,
  sectionText,
  withSection,
} from './support/readme-tables.ts';

const file = join(projectRoot, 'README.md');
const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');

/** What the README says that the code says better. `npm run docs` writes it. */
const commands = await loadCommands();
const generated = {
  commands: commandTables(commands),
  keys: keyTable(),
  'request-fields': requestFieldTable(),
};

if (process.env['UPDATE_DOCS']) {
  const updated = Object.entries(generated).reduce(
    (readme, [name, content]) => withSection(readme, name, content),
    read('README.md'),
  );
  writeFileSync(file, updated);
}

describe('the README', () => {
  const readme = read('README.md');

  test.each(Object.entries(generated))(
    'has the table of %s that the declarations give (npm run docs)',
    (name, content) => {
      expect(section(readme, name)).toBe(sectionText(name, content));
    },
  );

  test('names one command that passes the tests, which is what CI runs', () => {
    expect(readme.match(/^npm ci && npm test$/gm)).toHaveLength(1);
    expect(read('.ci/run')).toContain('^npm ci && npm test$');
  });

  test('promises nothing that no test keeps: every test that it names is there', () => {
    const named = [...readme.matchAll(/`((?:test|src)\/[\w/.-]+\.tsx?)`/g)].map(([, path]) => path!);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
  });

  test('shows commands that exist, with flags that exist', () => {
    const known = new Map(commands.map(({ name, options }) => [name, new Set(Object.keys(options))]));
    const shell = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, text]) => text).join('');
    const wrong = [...shell.matchAll(/^(?:npx )?webhook-cli (\w+)([^\n#|>]*)/gm)].filter(([, name, rest]) => {
      const flags = [...rest!.matchAll(/--([a-z-]+)/g)].map(([, flag]) => flag!.replace(/^no-/, ''));
      const names = known.get(name!);
      return (
        !names ||
        flags.some((flag) => !names.has(flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())))
      );
    });
    expect(wrong.map(([line]) => line)).toEqual([]);
  });

  test('links to files that are there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path!);
    expect(links.filter((path) => !existsSync(join(projectRoot, path)))).toEqual([]);
  });
});

describe('src/README.md', () => {
  const readme = read('src/README.md');

  test('names files that are there', () => {
    const named = [...readme.matchAll(/`((?:[\w-]+\/)*[\w-]+\.tsx?)`/g)].map(([, path]) => path!);
    const folders = ['', 'src/', 'src/cli/', 'src/commands/', 'src/providers/', 'src/session/', 'src/tui/'];
    const missing = named.filter(
      (path) => !folders.some((folder) => existsSync(join(projectRoot, folder + path))),
    );
    expect(missing).toEqual([]);
  });
});

describe('help', () => {
  test.each(commands.map((spec) => [spec.name, spec] as const))(
    '%s has examples and says what its options do',
    (_, spec) => {
      expect(spec.examples.length).toBeGreaterThan(0);
      for (const option of Object.values(spec.options)) expect(option.help).not.toMatch(/\.$|^[A-Z]/);
    },
  );
});
