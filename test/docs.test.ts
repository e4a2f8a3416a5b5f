import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadCommands } from '../src/cli/command.ts';
import { commands as entries } from '../src/commands/index.ts';
import { projectRoot } from './support/folders.ts';
import {
  commandTables,
  keyTable,
  requestFieldTable,
  section,
  sectionText,
  tunnelTable,
  withSection,
} from './support/readme-tables.ts';

const file = join(projectRoot, 'README.md');
const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');

/** What the README says that the code says better. `npm run docs` writes it. */
const commands = await loadCommands(entries);
const generated = {
  commands: commandTables(commands),
  keys: keyTable(),
  'request-fields': requestFieldTable(),
  tunnels: tunnelTable(),
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

/**
 * Words and names that were retired, and their replacements. A name in PascalCase is compared with exported names, one
 * in camelCase is looked for in texts as well; anything else in texts, in any case, and as a part of exported names.
 */
const retired: Readonly<Record<string, string>> = {
  // The delivery of a request.
  courier: 'target delivery',
  owed: 'delivery, pending',
  joining: 'reserve',
  letGo: 'disconnected',
  goOn: 'resume',
  'hang up': 'disconnect',
  'by-hand': 'operation',
  telling: 'event bus',
  crowd: 'set',
  patience: 'maximum delay',
  // The sender of a request and its signature.
  knowing: 'assessor loader',
  shaken: 'handshake reply',
  genuine: 'valid',
  'signature holds': 'the signature is valid',
  recogniser: 'provider index',
  proofIsSecret: 'signatureIsSecret',
  readingOf: 'parseLazily',
  incomingOf: 'signableRequestOf',
  knownWith: 'providerSetWith',
  AlreadyKnown: 'AssessHints',
  Caller: 'ProviderPath',
  Clue: 'IndexKey',
  Envelope: 'SignatureFormat',
  Incoming: 'SignableRequest',
  Proof: 'SignatureValue',
  ProofPlace: 'SignatureLocation',
  Suspicion: 'Hypothesis',
  Trait: 'Matcher',
  // Phrases.
  'told of': 'emitted, notified',
  'wished for': 'requested',
  'who is known': 'supported providers',
  'what a filter means': 'matching a filter',
  'is no moment': 'is not a valid time',
  'goes round in a circle': 'forwarding loop',
  'nobody sees': 'invisible',
  'came twice': 'appears twice',
};

describe('retired words', () => {
  interface Found {
    readonly source: string;
    readonly word: string;
    readonly message: string;
  }

  const isName = (word: string) => /[a-z][A-Z]|^[A-Z]/.test(word);
  const wordsOf = (name: string) =>
    name
      .replace(/([a-z\d])([A-Z])/g, '$1 $2')
      .replace(/[\s_-]+/g, ' ')
      .toLowerCase();

  function pattern(word: string): RegExp {
    return new RegExp(`\\b${word.replace(/ /g, '\\s+')}\\b`, isName(word) ? '' : 'i');
  }

  function inText(source: string, text: string): Found[] {
    return text.split('\n').flatMap((line, index) =>
      Object.entries(retired)
        .filter(([word]) => !/^[A-Z]/.test(word) && pattern(word).test(line))
        .map(([word, instead]) => ({
          source,
          word,
          message: `${source}:${index + 1}: "${word}" was retired: write "${instead}"`,
        })),
    );
  }

  function inExports(source: string, text: string): Found[] {
    const exported =
      /^export (?:declare )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/;
    return text.split('\n').flatMap((line, index) => {
      const name = exported.exec(line)?.[1];
      if (name === undefined) return [];
      return Object.entries(retired)
        .filter(([word]) =>
          isName(word) ? name === word : ` ${wordsOf(name)} `.includes(` ${wordsOf(word)} `),
        )
        .map(([word, instead]) => ({
          source,
          word,
          message: `${source}:${index + 1}: "${word}" in the name ${name} was retired: use "${instead}"`,
        }));
    });
  }

  const messagesOf = (found: readonly Found[]) => found.map(({ message }) => message);

  test.each(['README.md', 'CHANGELOG.md', 'src/README.md'])('are not in %s', (path) => {
    expect(messagesOf(inText(path, read(path)))).toEqual([]);
  });

  test.each(commands.map((spec) => [spec.name, spec] as const))('are not in %s --help', (name, spec) => {
    const { summary, notes = '', examples, options } = spec;
    const args = spec.arguments.map(({ help }) => help);
    const help = [summary, notes, ...examples, ...args, ...Object.values(options).map((each) => each.help)];
    expect(messagesOf(inText(`${name} --help`, help.join('\n')))).toEqual([]);
  });

  test('are not in exported names', () => {
    const files = readdirSync(join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
      .map((path) => `src/${path}`);
    expect(messagesOf(files.flatMap((path) => inExports(path, read(path))))).toEqual([]);
  });
});
