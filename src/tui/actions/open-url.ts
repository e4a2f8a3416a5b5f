import { spawn } from 'node:child_process';
import { isOverSsh } from '../../format/environment.ts';
import { printable } from '../../format/printable.ts';
import type { Environment } from '../../model/environment.ts';
import type { Notice } from '../state/state.ts';

/** Command that opens a URL in the user's browser; undefined over SSH or without a display. */
export function openerOf(env: Environment, platform: NodeJS.Platform): readonly string[] | undefined {
  if (isOverSsh(env)) return undefined;
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] || env['WSL_DISTRO_NAME'] ? ['xdg-open'] : undefined;
}

/** A URL for the browser: the bytes of a captured path are percent-encoded unchanged. */
export function browserUrl(url: string): string {
  return new URL(url.replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`))
    .href;
}

/** Opens a URL; resolves with the notice, which contains the URL if no browser can be opened. */
export async function openInBrowser(url: string, env: Environment): Promise<Notice> {
  const address = printable(url);
  const there = `cannot open a browser here: ${address}`;
  const [program, ...args] = openerOf(env, process.platform) ?? [];
  if (program === undefined) return { tone: 'plain', text: there };
  // An argument, never part of a shell command: the path is captured text.
  const child = spawn(program, [...args, browserUrl(url)], { stdio: 'ignore', detached: true });
  child.unref();
  return new Promise((resolve) => {
    child.once('error', () => resolve({ tone: 'plain', text: there }));
    child.once('spawn', () => resolve({ tone: 'good', text: `opened ${address}` }));
  });
}
