import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.ts';
import { prepareUrlFile } from './url-file.ts';

test('the file is this user’s alone, holds the URL whole, and nothing stays beside it', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'url');
  writeFileSync(file, 'http://earlier\n', { mode: 0o644 });
  const urlFile = prepareUrlFile(file);
  expect(existsSync(file)).toBe(false);
  for (const url of ['http://one', 'http://two']) {
    urlFile.write(url);
    expect(readFileSync(file, 'utf8')).toBe(`${url}\n`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['url']);
  }
});

test('a reader that has it open goes on to read what it opened', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'url');
  const urlFile = prepareUrlFile(file);
  urlFile.write('http://one');
  const { ino } = statSync(file);
  urlFile.write('http://two');
  expect(statSync(file).ino).not.toBe(ino);
});

test('a link is replaced, before and while it is used, and its target is left alone', async () => {
  const folder = await temporaryFolder();
  const [file, target] = [join(folder, 'url'), join(folder, 'target')];
  writeFileSync(target, 'precious');
  symlinkSync(target, file);
  const urlFile = prepareUrlFile(file);
  symlinkSync(target, file);
  urlFile.write('http://one');
  expect(lstatSync(file).isFile()).toBe(true);
  expect(readFileSync(target, 'utf8')).toBe('precious');
});

test('what is no file is refused, also when it comes later', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'url');
  const urlFile = prepareUrlFile(file);
  mkdirSync(file);
  expect(() => urlFile.write('http://one')).toThrow(/Cannot write the URL to .*: it is a folder/);
  expect(() => prepareUrlFile(file)).toThrow(/it is a folder/);
  expect(() => prepareUrlFile('/dev/null')).toThrow(/it is a device/);
  expect(() => prepareUrlFile(join(folder, 'none', 'url'))).toThrow(/ENOENT/);
  expect(readdirSync(folder)).toEqual(['url']);
});
