import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { runCli } from './cli.ts';
import type { TestHome } from './home.ts';

/** The environment in which a config file with this text is trusted. */
export function trusting(text: string | Uint8Array): { readonly WEBHOOK_CLI_TRUST_CONFIG: string } {
  return { WEBHOOK_CLI_TRUST_CONFIG: createHash('sha256').update(text).digest('hex') };
}

/** A project's config file in the folder where commands run, as it comes with a checkout. */
export async function untrustedProject(home: TestHome, settings: unknown): Promise<string> {
  const file = join(home.work, 'webhook-cli.jsonc');
  await writeFile(file, typeof settings === 'string' ? settings : JSON.stringify(settings));
  return file;
}

/** The same, trusted by the user. */
export async function trustedProject(home: TestHome, settings: unknown): Promise<string> {
  const file = await untrustedProject(home, settings);
  const { code, stderr } = await runCli(['config', 'trust', '--yes'], { home });
  expect([code, stderr]).toEqual([0, 'webhook-cli: trusted until the file changes.\n']);
  return file;
}
