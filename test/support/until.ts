import { setTimeout as wait } from 'node:timers/promises';

/** Calls `look` again and again until it holds. */
export async function until(look: () => boolean | Promise<boolean>, timeoutMs = 30_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await look())) {
    if (performance.now() > end) throw new Error(`did not come in ${timeoutMs} ms: ${look}`);
    await wait(20);
  }
}
