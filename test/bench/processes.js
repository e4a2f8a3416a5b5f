import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';

/** @typedef {{ readonly pid: number, stop(): Promise<void> }} Running */

/** @type {Set<import('node:child_process').ChildProcess>} */
const alive = new Set();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.once(signal, () => process.exit(130));

/**
 * Starts a program whose output goes to files, as a user's redirection does.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ stdout: string, stderr: string, cwd?: string, env?: NodeJS.ProcessEnv }} options
 */
export function startProgram(program, args, { stdout, stderr, cwd, env }) {
  const files = [openSync(stdout, 'w'), openSync(stderr, 'w')];
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', ...files] });
  for (const file of files) closeSync(file);
  return followed(child);
}

/**
 * Starts one of the servers in `servers/`, which tells its port when it listens.
 * @param {string} name
 * @param {readonly string[]} args
 */
export async function startServer(name, args = []) {
  const child = fork(new URL(`servers/${name}.js`, import.meta.url), args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const running = followed(child);
  const [message] = await Promise.race([
    once(child, 'message'),
    running.ended.then(() => {
      throw new Error(`${name} ended before it listened`);
    }),
  ]);
  return {
    ...running,
    port: /** @type {{ port: number }} */ (message).port,
    /** Asks the server a question that it knows. @param {string} question */
    async ask(question) {
      const answer = once(child, 'message');
      child.send(question);
      return (await answer)[0];
    },
  };
}

/** A child that is ended with this process, if it is still there. @param {import('node:child_process').ChildProcess} child */
export function followed(child) {
  alive.add(child);
  const ended = new Promise((resolve) => child.once('close', resolve)).then(() => void alive.delete(child));
  return {
    pid: /** @type {number} */ (child.pid),
    ended,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(late);
    },
  };
}

/** Resident memory of a process in MB (2^20). @param {number} pid */
export function residentMb(pid) {
  return statusMb(pid, 'VmRSS');
}

/** The most that it was resident since the start or `forgetPeak`. @param {number} pid */
export function peakMb(pid) {
  return statusMb(pid, 'VmHWM');
}

/** Makes the peak start anew from what is resident now. @param {number} pid */
export function forgetPeak(pid) {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** @param {number} pid @param {string} field */
function statusMb(pid, field) {
  const line = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) / 1024;
}

/** Microseconds of processor time that a process has used, by clock ticks of 10 ms. @param {number} pid */
export function processorUs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
