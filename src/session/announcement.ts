import { realpathSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import type { Reply } from '../model/reply.ts';
import { announceSession } from '../state/announced-sessions.ts';
import type { SessionEvent } from './events.ts';
import { answerChallenge, challengeHeader, type SessionUrls } from './identity.ts';

export interface AnnouncementOptions {
  /** The user's state folder; undefined: the session is not announced. */
  readonly stateFolder: string | undefined;
  readonly project: string;
  /** The real path of the folder that the session was started in. */
  readonly folder: string;
  /** The database file. */
  readonly db: string;
  readonly urls: () => SessionUrls;
  readonly emit: (event: SessionEvent) => void;
}

/** Tells the other commands of the same user of a session, and proves to them that it is the one. */
export function createAnnouncement(options: AnnouncementOptions) {
  const { stateFolder, project, folder, db, urls, emit } = options;
  let announced: ReturnType<typeof announceSession> | undefined;
  return {
    /** Where that fails, a warning says so: the session captures all the same. */
    announce(port: number): void {
      if (stateFolder === undefined) return;
      try {
        const facts = { port, project, folder, db: realpathSync(db), startedAt: Date.now() };
        announced = announceSession(stateFolder, facts);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        emit({ type: 'warning', message: `Other commands will not find this listener: ${reason}.` });
      }
    },

    answer(headers: IncomingHttpHeaders): Reply | undefined {
      const challenge = headers[challengeHeader];
      return challenge === undefined || !announced
        ? undefined
        : answerChallenge(announced.key, challenge, urls);
    },

    withdraw(): void {
      try {
        announced?.withdraw();
      } catch {
        // Its process is gone soon, and what it leaves is removed by whoever looks next.
      }
    },
  };
}
