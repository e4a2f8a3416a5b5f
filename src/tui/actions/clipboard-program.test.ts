import { chmod, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/folders.ts';
import { clipboardPrograms, giveTo } from './clipboard-program.ts';

/** A folder with these programs, and the environment that has only it on PATH. */
async function withPrograms(programs: Readonly<Record<string, string>>) {
  const folder = await temporaryFolder();
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\ncd '${folder}'\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
  const written = (name: string) => readFile(join(folder, name));
  return { folder, written, env: { PATH: folder } };
}

describe('the programs', () => {
  const all = { tmux: '', pbcopy: '', 'wl-copy': '', xclip: '', xsel: '', 'clip.exe': '' };

  test('are those on PATH that fit the environment, in order', async () => {
    const { env, folder } = await withPrograms(all);
    const names = (more = {}) =>
      clipboardPrograms({ ...env, ...more }).map(({ file }) => file.slice(folder.length + 1));
    const everywhere = { TMUX: '/s,1,0', WAYLAND_DISPLAY: 'w', DISPLAY: ':0', WSL_DISTRO_NAME: 'Debian' };
    expect(names()).toEqual(['pbcopy']);
    expect(names(everywhere)).toEqual(['tmux', 'pbcopy', 'wl-copy', 'xclip', 'xsel', 'clip.exe']);
    expect(names({ ...everywhere, SSH_CONNECTION: 'x' })).toEqual(['tmux', 'xclip', 'xsel']);
    expect(clipboardPrograms({ ...everywhere, PATH: '/nowhere' })).toEqual([]);
    expect(clipboardPrograms(everywhere)).toEqual([]);
  });

  test('of a relative folder, and files that cannot be run, do not count', async () => {
    const { folder } = await withPrograms(all);
    await chmod(join(folder, 'pbcopy'), 0o644);
    const PATH = ['.', '', folder].join(delimiter);
    expect(clipboardPrograms({ PATH })).toEqual([]);
  });
});

describe('giving text to a program', () => {
  test('writes the exact bytes to stdin and passes no text as an argument', async () => {
    const { env, written } = await withPrograms({
      xclip: '/bin/cat > copied; echo "$*" > args; echo noise; echo noise >&2',
    });
    const [program] = clipboardPrograms({ ...env, DISPLAY: ':0' });
    const text = `$(touch x) '"\u0000\u001b[2J\r\n€ ${'x'.repeat(300_000)}`;
    expect(await giveTo(program!, text, env)).toBe(true);
    expect((await written('copied')).equals(Buffer.from(text))).toBe(true);
    expect((await written('args')).toString()).toBe('-selection clipboard -in\n');
  });

  test('writes UTF-16 for Windows where the text is not ASCII', async () => {
    const { env, written } = await withPrograms({ 'clip.exe': '/bin/cat > copied' });
    const [program] = clipboardPrograms({ ...env, WSL_DISTRO_NAME: 'Debian' });
    expect(await giveTo(program!, 'ä', env)).toBe(true);
    expect(await written('copied')).toEqual(Buffer.from('ä', 'utf16le'));
    expect(await giveTo(program!, 'a', env)).toBe(true);
    expect((await written('copied')).toString()).toBe('a');
  });

  test.each([
    ['fails', '/bin/cat > copied; exit 1'],
    ['hangs', '/bin/sleep 60'],
    ['does not read', 'exec <&-; exit 0'],
    ['cannot be started', ''],
  ])('resolves with false if it %s', async (what, script) => {
    const { env, folder } = await withPrograms({ pbcopy: script });
    const [program] = clipboardPrograms(env);
    if (what === 'cannot be started') await writeFile(join(folder, 'pbcopy'), '#!/nowhere/at/all\n');
    expect(await giveTo(program!, 'x'.repeat(1_000_000), env, what === 'hangs' ? 50 : 5_000)).toBe(false);
  });

  test('does not wait for what the program leaves in the background', async () => {
    const { env, written } = await withPrograms({
      'wl-copy': '/bin/cat > copied; /bin/sleep 60 & echo $! > pid',
    });
    const [program] = clipboardPrograms({ ...env, WAYLAND_DISPLAY: 'w' });
    expect(await giveTo(program!, 'text', env)).toBe(true);
    process.kill(Number(await written('pid')));
  });
});
