import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive } from '../model/process-id.ts';
import { readPrivate, writePrivate } from './private-file.ts';

/** A running `listen`, as it announces itself to other commands of its user. */
export interface AnnouncedSession {
  readonly pid: number;
  /** The secret by which it proves itself: 64 hex digits. */
  readonly key: string;
  /** Its local port. */
  readonly port: number;
  readonly project: string;
  /** The real path of the folder that it was started in. */
  readonly folder: string;
  /** Its database file. */
  readonly db: string;
  /** In ms since the epoch. */
  readonly startedAt: number;
}

/** Announces a session with a new key; returns it with how to take it back. Throws the file system's error. */
export function announceSession(
  stateFolder: string,
  classification: Omit<AnnouncedSession, 'key' | 'pid'>,
): { readonly key: string; readonly withdraw: () => void } {
  const key = randomBytes(32).toString('hex');
  const name = `${process.pid}-${randomBytes(6).toString('hex')}.json`;
  const file = join(sessionFolder(stateFolder), name);
  writePrivate(file, `${JSON.stringify({ pid: process.pid, key, ...classification })}\n`);
  return { key, withdraw: () => rmSync(file, { force: true }) };
}

/** The sessions whose process still runs, newest first; what others left behind is removed. */
export function announcedSessions(stateFolder: string): AnnouncedSession[] {
  const folder = sessionFolder(stateFolder);
  const found: AnnouncedSession[] = [];
  for (const name of namesIn(folder)) {
    const file = join(folder, name);
    const session = sessionOf(readPrivate(file));
    if (!session) continue;
    if (isAlive(session.pid)) found.push(session);
    else rmSync(file, { force: true });
  }
  return found.sort((a, b) => b.startedAt - a.startedAt);
}

function sessionFolder(stateFolder: string): string {
  return join(stateFolder, 'sessions');
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+-[0-9a-f]+\.json$/.test(name));
  } catch {
    return [];
  }
}

function sessionOf(text: string | undefined): AnnouncedSession | undefined {
  try {
    const { pid, key, port, project, folder, db, startedAt } = JSON.parse(text ?? 'null') as AnnouncedSession;
    const areNumbers = [pid, port, startedAt].every((value) => Number.isSafeInteger(value) && value > 0);
    const areTexts = [key, project, folder, db].every((value) => typeof value === 'string');
    if (!areNumbers || !areTexts || port > 65_535 || !/^[0-9a-f]{64}$/.test(key)) return undefined;
    return { pid, key, port, project, folder, db, startedAt };
  } catch {
    return undefined;
  }
}
