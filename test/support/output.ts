import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { StringDecoder } from 'node:string_decoder';

/** One NDJSON line. */
export type JsonLine = Readonly<Record<string, unknown>>;

/** The output of a process, kept and waited for. */
export interface Output {
  stdout(): Buffer;
  stderr(): string;
  /** The lines of standard output from the first on, as they come; ends with the process. */
  lines(): AsyncGenerator<JsonLine, void>;
  /** The first line of standard output, printed or to come, that holds; rejects with all output if none comes. */
  waitForLine(predicate: (line: JsonLine) => boolean, timeoutMs?: number): Promise<JsonLine>;
  /** Waits until standard output or standard error matches. */
  waitForOutput(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
}

/** Keeps all that `child` prints. */
export function collectOutput(child: ChildProcessWithoutNullStreams): Output {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const lines: JsonLine[] = [];
  const decoder = new StringDecoder();
  const watchers = new Set<() => void>();
  let rest = '';
  let over = false;

  const changed = () => {
    for (const watcher of [...watchers]) watcher();
  };
  child.stdout.on('data', (chunk: Buffer) => {
    out.push(chunk);
    const parts = (rest + decoder.write(chunk)).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) lines.push(parsedLine(part));
    changed();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err.push(chunk);
    changed();
  });
  child.once('close', () => {
    over = true;
    changed();
  });

  const stdout = () => Buffer.concat(out);
  const stderr = () => Buffer.concat(err).toString();
  /** Resolves with the first value that is not undefined; looks again whenever there is more output. */
  const seen = <T>(look: () => T | undefined, wanted: string, timeoutMs: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        watchers.delete(watcher);
        act();
      };
      const fail = (why: string) => {
        const printed = `--- stdout\n${stdout()}\n--- stderr\n${stderr()}`;
        settle(() => reject(new Error(`${wanted} did not come: ${why}\n${printed}`)));
      };
      const watcher = () => {
        const value = look();
        if (value !== undefined) settle(() => resolve(value));
        else if (over) fail('the process ended');
      };
      const timer = setTimeout(() => fail(`${timeoutMs} ms passed`), timeoutMs);
      watchers.add(watcher);
      watcher();
    });

  return {
    stdout,
    stderr,
    async *lines() {
      for (let index = 0; ; index++) {
        while (index >= lines.length) {
          if (over) return;
          await new Promise<void>((resolve) => {
            const watcher = () => {
              watchers.delete(watcher);
              resolve();
            };
            watchers.add(watcher);
          });
        }
        yield lines[index]!;
      }
    },
    waitForLine: (predicate, timeoutMs = 15_000) => {
      let looked = 0;
      const look = () => {
        while (looked < lines.length) {
          const line = lines[looked++]!;
          if (predicate(line)) return line;
        }
        return undefined;
      };
      return seen(look, 'The line', timeoutMs);
    },
    waitForOutput: (pattern, timeoutMs = 15_000) =>
      seen(
        () => pattern.exec(stdout().toString()) ?? pattern.exec(stderr()) ?? undefined,
        String(pattern),
        timeoutMs,
      ),
  };
}

/** A line that is not JSON is no error of its own: the test that waits for one will show it. */
function parsedLine(line: string): JsonLine {
  try {
    return JSON.parse(line) as JsonLine;
  } catch {
    return { unparsed: line };
  }
}
