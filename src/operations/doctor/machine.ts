import { existsSync, readFileSync } from 'node:fs';
import { option, phrase } from '../../model/phrase.ts';
import { inspectSqlite } from '../../store/inspect.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

/** The oldest Node that is supported: package.json says the same. */
const oldestNode = [20, 18, 1] as const;

/** Checks Node, the platform and the driver of SQLite. */
export function runtimeFindings(versions = process.versions, platform: string = process.platform): Finding[] {
  return [nodeFinding(versions.node), ...platformFindings(platform), sqliteFinding()];
}

function nodeFinding(version: string): Finding {
  const needed = oldestNode.join('.');
  const parts = version.split('.').map(Number);
  const at = oldestNode.findIndex((part, index) => (parts[index] ?? 0) !== part);
  const isTooOld = at !== -1 && (parts[at] ?? 0) < oldestNode[at]!;
  if (isTooOld) return failed('runtime', `Node ${version} is too old.`, `Install Node ${needed} or newer.`);
  return ok('runtime', `Node ${version}.`);
}

function platformFindings(platform: string): Finding[] {
  if (platform !== 'win32') return [];
  return [warning('runtime', 'Windows without WSL is untested.', 'Use WSL if something does not work.')];
}

function sqliteFinding(): Finding {
  const { driver, version } = inspectSqlite();
  if (driver !== undefined) return ok('runtime', `SQLite ${version}, by ${driver}.`);
  return failed(
    'runtime',
    'No driver of SQLite can be loaded, so nothing can be recorded.',
    'Use Node 22.16 or newer, or install @photostructure/sqlite beside webhook-cli.',
  );
}

/** In a container, localhost is the container: says how to reach, and be reached by, what runs outside. */
export function containerFindings(isContainer = isInContainer()): Finding[] {
  if (!isContainer) return [];
  return [
    warning(
      'container',
      'This is a container: localhost is the container itself.',
      phrase`Forward to a server of the host with host.docker.internal:PORT; let it in with ${option('host', '0.0.0.0')} and ${option('pathToken')}.`,
    ),
  ];
}

/** True in a container. Docker and Podman leave these files; other runtimes show in the control groups of the first process. */
export function isInContainer(): boolean {
  if (existsSync('/.dockerenv') || existsSync('/run/.containerenv')) return true;
  try {
    return /\b(docker|containerd|kubepods|lxc)\b/.test(readFileSync('/proc/1/cgroup', 'utf8'));
  } catch {
    return false;
  }
}
