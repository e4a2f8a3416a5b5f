import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive } from '../../src/model/process-id.ts';

/** A network of its own, joined to this one by a link. Programs run in it by `program`. */
export interface NetworkNamespace {
  /** The address of this side of the link. */
  readonly outside: string;
  /** What comes before a program and its arguments to run it in there. */
  readonly program: readonly [string, ...string[]];
  /** Takes the link down or up, on the side of the namespace. */
  setLink(state: 'down' | 'up'): void;
  remove(): void;
}

/** The reason why namespaces cannot be made here; undefined if they can. */
export function namespaceObstacle(): string | undefined {
  const name = nameOf('check');
  try {
    ip('netns', 'add', name);
    ip('link', 'add', linkOf('check'), 'type', 'veth', 'peer', 'name', 'inside', 'netns', name);
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n').slice(0, 2).join(' ');
  } finally {
    remove(name);
  }
}

let count = 0;

/** Makes a namespace in which these names lead to the outside. */
export function createNamespace(key: string, names: readonly string[]): NetworkNamespace {
  removeStale();
  const name = nameOf(key);
  const link = linkOf(key);
  // Another run on this machine has other addresses.
  const network = `10.${100 + ((process.pid >> 8) % 128)}.${process.pid % 256}`;
  const first = 4 * (count++ % 64);
  const [outside, inside] = [`${network}.${first + 1}`, `${network}.${first + 2}`];
  const folder = `/etc/netns/${name}`;
  const within = ['netns', 'exec', name];
  try {
    ip('netns', 'add', name);
    ip('link', 'add', link, 'type', 'veth', 'peer', 'name', 'inside', 'netns', name);
    ip('addr', 'add', `${outside}/30`, 'dev', link);
    ip('link', 'set', link, 'up');
    ip('-n', name, 'addr', 'add', `${inside}/30`, 'dev', 'inside');
    ip('-n', name, 'link', 'set', 'inside', 'up');
    ip('-n', name, 'link', 'set', 'lo', 'up');
    // `ip netns exec` puts it in the place of /etc/hosts.
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/hosts`, `127.0.0.1 localhost\n${outside} ${names.join(' ')}\n`);
  } catch (error) {
    remove(name);
    throw error;
  }
  return {
    outside,
    program: ['ip', ...within],
    setLink: (state) => ip('-n', name, 'link', 'set', 'inside', state),
    remove: () => remove(name),
  };
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Removes what runs that were killed have left behind: its link would take the traffic of a new one. */
function removeStale(): void {
  const list = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  for (const [, name, pid] of list.matchAll(/^(webhook-cli-(\d+)-\S+)/gm)) {
    if (!isAlive(Number(pid))) remove(name!);
  }
}

function remove(name: string): void {
  try {
    ip('netns', 'del', name);
  } catch {
    // It was not made.
  }
  rmSync(`/etc/netns/${name}`, { recursive: true, force: true });
}

const nameOf = (key: string) => `webhook-cli-${process.pid}-${key}`;

/** At most 15 characters. */
const linkOf = (key: string) => `wh${process.pid}${key}`.slice(0, 15);
