import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { isAbsolute, join } from 'node:path';
import { isOverSsh } from '../../format/environment.ts';
import type { Environment } from '../../model/environment.ts';

/** A program that puts what it reads on the clipboard. */
export interface ClipboardProgram {
  /** Absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  /** The encoding that it reads. */
  readonly encodingOf: (text: string) => BufferEncoding;
}

interface Spec extends Omit<ClipboardProgram, 'file'> {
  readonly name: string;
  readonly isUsable: (env: Environment) => boolean;
}

/** Over SSH these programs copy to the clipboard of the wrong machine. */
const isLocal = (env: Environment) => !isOverSsh(env);

const utf8 = () => 'utf8' as const;

/** In the order in which they are tried. */
const specs: readonly Spec[] = [
  {
    name: 'tmux',
    args: ['load-buffer', '-w', '-'],
    encodingOf: utf8,
    isUsable: (env) => Boolean(env['TMUX']),
  },
  { name: 'pbcopy', args: [], encodingOf: utf8, isUsable: isLocal },
  {
    name: 'wl-copy',
    args: ['--type', 'text/plain'],
    encodingOf: utf8,
    isUsable: (env) => Boolean(env['WAYLAND_DISPLAY']) && isLocal(env),
  },
  // With SSH, DISPLAY is the display of the user.
  {
    name: 'xclip',
    args: ['-selection', 'clipboard', '-in'],
    encodingOf: utf8,
    isUsable: (env) => Boolean(env['DISPLAY']),
  },
  {
    name: 'xsel',
    args: ['--clipboard', '--input'],
    encodingOf: utf8,
    isUsable: (env) => Boolean(env['DISPLAY']),
  },
  {
    name: 'clip.exe',
    args: [],
    // It reads anything else but ASCII in the code page of Windows.
    encodingOf: (text) => (/^[\u0000-\u007f]*$/.test(text) ? 'utf8' : 'utf16le'),
    isUsable: (env) => Boolean(env['WSL_DISTRO_NAME'] ?? env['WSL_INTEROP']) && isLocal(env),
  },
];

/** The clipboard programs that are on PATH and fit this environment, the best first. */
export function clipboardPrograms(env: Environment): readonly ClipboardProgram[] {
  return specs.flatMap(({ name, args, encodingOf, isUsable }) => {
    const file = isUsable(env) ? onPath(name, env) : undefined;
    return file === undefined ? [] : [{ file, args, encodingOf }];
  });
}

/** A relative folder on PATH is skipped: it depends on where `listen` was started. */
function onPath(name: string, { PATH = '' }: Environment): string | undefined {
  const folders = PATH.split(':').filter((folder) => isAbsolute(folder));
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Time limit of a program, in ms. */
const timeLimitMs = 2_000;

/**
 * Gives a program the text on stdin. Resolves with true if it took all of it and exited with 0. The program cannot write
 * to the terminal, and neither it nor what it leaves in the background keeps this process from ending.
 */
export function giveTo(
  { file, args, encodingOf }: ClipboardProgram,
  text: string,
  env: Environment,
  limitMs = timeLimitMs,
): Promise<boolean> {
  return new Promise((resolve) => {
    // A session of its own has no terminal that it could open.
    const child = spawn(file, args, { env, stdio: ['pipe', 'ignore', 'ignore'], detached: true });
    const end = (isDone: boolean) => {
      clearTimeout(timer);
      child.stdin.destroy();
      resolve(isDone);
    };
    const timer = setTimeout(() => {
      killGroup(child.pid);
      end(false);
    }, limitMs);
    timer.unref();
    child.unref();
    (child.stdin as Socket).unref();
    child.once('error', () => end(false));
    const taken = new Promise<boolean>((settle) => {
      child.stdin.on('error', () => settle(false));
      child.stdin.end(Buffer.from(text, encodingOf(text)), () => settle(!child.stdin.errored));
    });
    child.once('exit', (code) => void taken.then((isTaken) => end(code === 0 && isTaken)));
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
