import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './folders.ts';

/** A user's home of which nobody else knows: its own settings, data and database. */
export interface TestHome {
  readonly folder: string;
  /** An empty folder to run commands in. */
  readonly work: string;
  /** The database that commands use here. */
  readonly db: string;
  /** The environment of commands that run here. */
  readonly env: Readonly<Record<string, string>>;
}

/** A new home that is removed after the test. */
export async function temporaryHome(): Promise<TestHome> {
  const folder = await temporaryFolder();
  const work = join(folder, 'work');
  await mkdir(work);
  const db = join(folder, 'webhooks.db');
  return {
    folder,
    work,
    db,
    env: {
      ...inherited(),
      HOME: folder,
      XDG_CONFIG_HOME: join(folder, 'config'),
      XDG_DATA_HOME: join(folder, 'data'),
      XDG_STATE_HOME: join(folder, 'state'),
      XDG_CACHE_HOME: join(folder, 'cache'),
      WEBHOOK_CLI_DB: db,
    },
  };
}

/** Variables that a program needs; none that changes how webhook-cli behaves. */
function inherited(): Record<string, string> {
  const kept = ['PATH', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS', 'NODE_V8_COVERAGE'];
  const env: Record<string, string> = {};
  for (const name of kept) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}
