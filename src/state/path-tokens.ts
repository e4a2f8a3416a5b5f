import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readEntries } from './private-entries.ts';
import { appendPrivate } from './private-file.ts';

/** The random paths of this user's projects, below which a public URL accepts requests. */
export interface PathTokens {
  /** Every token that is known, to be masked where people look: the same list until there is another. */
  all(): readonly string[];
  /** The token that a request target begins with: it only let the request in, so no target gets to see it. */
  of(requestTarget: string): string | undefined;
  /**
   * The token of a project, made once and kept, because providers are told the URL with it. `folder`: the real path of
   * the project's folder. Throws the file system's error where it can't be kept.
   */
  keep(folder: string): string;
}

interface KeptToken {
  readonly folder: string;
  readonly token: string;
}

/** The tokens that are kept in the user's state folder; undefined: they are kept for this process alone. */
export function openPathTokens(stateFolder: string | undefined): PathTokens {
  const file = stateFolder === undefined ? undefined : join(stateFolder, 'path-tokens.ndjson');
  let kept: readonly KeptToken[] = [];
  let tokens: readonly string[] = [];

  function take(found: readonly KeptToken[]): void {
    kept = found;
    tokens = found.map(({ token }) => token);
  }

  function refresh(): void {
    if (file !== undefined) take(readEntries(file, keptToken));
  }

  /** The first token of a folder counts, should two processes have made one at once. */
  function ofFolder(folder: string): string | undefined {
    return kept.find((one) => one.folder === folder)?.token;
  }

  refresh();
  return {
    all: () => tokens,
    of(requestTarget) {
      const token = /^\/([0-9a-f]{32})(?=[/?#]|$)/.exec(requestTarget)?.[1];
      if (token === undefined) return undefined;
      const isKept = () => kept.some((one) => one.token === token);
      // It may be one that another process has made since.
      if (!isKept()) refresh();
      return isKept() ? token : undefined;
    },
    keep(folder) {
      refresh();
      const before = ofFolder(folder);
      if (before !== undefined) return before;
      const made = { folder, token: randomBytes(16).toString('hex') };
      if (file === undefined) take([...kept, made]);
      else {
        appendPrivate(file, JSON.stringify(made));
        refresh();
      }
      return ofFolder(folder) ?? made.token;
    },
  };
}

function keptToken({ folder, token }: Partial<KeptToken>): KeptToken | undefined {
  const isToken = typeof token === 'string' && /^[0-9a-f]{32}$/.test(token);
  return typeof folder === 'string' && isToken ? { folder, token } : undefined;
}
