import { join } from 'node:path';
import { readEntries } from './private-entries.ts';
import { appendPrivate } from './private-file.ts';

interface DriverEntry {
  readonly folder: string;
  /** The driver that gave the public URL. */
  readonly used?: string;
  /** The driver that the user agreed to use where the default one fails. */
  readonly allowed?: string;
}

/** What is known of the tunnel drivers of one project, which is its folder's real path. */
export interface ProjectDrivers {
  /** The driver that gave the last public URL. */
  readonly used: string | undefined;
  /** The driver that the user agreed to use where the default one fails. */
  readonly allowed: string | undefined;
  /** Keeps that a driver gave the public URL. Never throws: without a place for it, it is forgotten. */
  use(driver: string): void;
  /** Keeps that the user agreed to a driver; like `use`. */
  allow(driver: string): void;
}

/** The tunnel drivers of a project, as kept in the user's state folder. */
export function projectDrivers(stateFolder: string | undefined, folder: string | undefined): ProjectDrivers {
  const file = stateFolder === undefined ? undefined : join(stateFolder, 'tunnel-drivers.ndjson');
  let { used, allowed } = lastEntries(file, folder);
  const keep = (entry: Omit<DriverEntry, 'folder'>) => {
    if (file === undefined || folder === undefined) return;
    try {
      appendPrivate(file, JSON.stringify({ folder, ...entry }));
    } catch {
      // The next start asks again, or begins with the first driver.
    }
  };
  return {
    get used() {
      return used;
    },
    get allowed() {
      return allowed;
    },
    use(driver) {
      if (used === driver) return;
      used = driver;
      keep({ used });
    },
    allow(driver) {
      if (allowed === driver) return;
      allowed = driver;
      keep({ allowed });
    },
  };
}

function lastEntries(file: string | undefined, folder: string | undefined) {
  const entries = file === undefined || folder === undefined ? [] : entriesOf(file, folder);
  return {
    used: entries.findLast((entry) => entry.used !== undefined)?.used,
    allowed: entries.findLast((entry) => entry.allowed !== undefined)?.allowed,
  };
}

function entriesOf(file: string, folder: string): readonly DriverEntry[] {
  try {
    return readEntries(file, driverEntry).filter((entry) => entry.folder === folder);
  } catch {
    return [];
  }
}

function driverEntry({ folder, used, allowed }: Partial<DriverEntry>): DriverEntry | undefined {
  if (typeof folder !== 'string') return undefined;
  if (typeof used === 'string') return { folder, used };
  return typeof allowed === 'string' ? { folder, allowed } : undefined;
}
