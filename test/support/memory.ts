import { readFileSync, writeFileSync } from 'node:fs';

/** The memory that a process holds now and the most that it ever held, in bytes (Linux); 0 once it has ended. */
export function memoryOf(pid: number): { readonly now: number; readonly most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0);
  return { now: kb('VmRSS') * 1024, most: kb('VmHWM') * 1024 };
}

/** Begins to count the most anew. */
export function forgetMostMemory(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
