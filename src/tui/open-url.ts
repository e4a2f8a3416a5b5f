import { spawn } from 'node:child_process';
import { printable } from '../format/printable.ts';
import type { Notice } from './state.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The program that opens a URL in the user's browser; undefined where none would be seen: over SSH, without a display. */
export function openerOf(env: Environment, platform: NodeJS.Platform): readonly string[] | undefined {
  if (env['SSH_CONNECTION'] || env['SSH_TTY']) return undefined;
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] || env['WSL_DISTRO_NAME'] ? ['xdg-open'] : undefined;
}

/** A URL as a browser is given it: the bytes of a captured path as they are, in percent-encoding. */
export function browserUrl(url: string): string {
  return new URL(url.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`))
    .href;
}

/** Opens a URL; resolves with what to tell the user, which is the URL itself where there is no browser to open it. */
export async function openInBrowser(url: string, env: Environment): Promise<Notice> {
  const address = printable(url);
  const there = `no browser can be opened from here: ${address}`;
  const [program, ...args] = openerOf(env, process.platform) ?? [];
  if (program === undefined) return { tone: 'plain', text: there };
  // An argument of a program, never a part of a command: the path is what somebody sent.
  const child = spawn(program, [...args, browserUrl(url)], { stdio: 'ignore', detached: true });
  child.unref();
  return new Promise((resolve) => {
    child.once('error', () => resolve({ tone: 'plain', text: there }));
    child.once('spawn', () => resolve({ tone: 'good', text: `opened ${address}` }));
  });
}
