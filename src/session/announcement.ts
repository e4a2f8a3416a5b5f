import { realpathSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../model/clock.ts';
import { messageOf } from '../model/errors.ts';
import type { SessionEvent } from '../model/events.ts';
import type { Reply } from '../model/reply.ts';
import { announceSession } from '../state/announced-sessions.ts';
import { challengeHeader, challengeReply, type SessionUrls } from '../state/session-identity.ts';

/** The session to announce. */
export interface AnnouncementOptions {
  /** The user's state folder; undefined: the session is not announced. */
  readonly stateFolder: string | undefined;
  readonly project: string;
  /** The real path of the folder that the session was started in. */
  readonly folder: string;
  /** The database file. */
  readonly db: string;
  readonly emit: (event: SessionEvent) => void;
  readonly clock: Clock;
}

/** Makes a session known to the other commands of its user, and proves to them that it is the one. */
export interface Announcement {
  /** Announces the session's port and, to those who can ask, its URLs. A failure is a warning: the session goes on. */
  announce(port: number, urls: () => SessionUrls): void;
  /** The reply to another command's challenge; undefined for any other request. */
  reply(headers: IncomingHttpHeaders): Reply | undefined;
  withdraw(): void;
}

/** Creates the announcement of a session that has no port yet. */
export function createAnnouncement(options: AnnouncementOptions): Announcement {
  const { stateFolder, project, folder, db, emit, clock } = options;
  let announced: { readonly key: string; readonly urls: () => SessionUrls; withdraw(): void } | undefined;
  return {
    announce(port, urls) {
      if (stateFolder === undefined) return;
      try {
        const classification = { port, project, folder, db: realpathSync(db), startedAt: clock.now() };
        announced = { ...announceSession(stateFolder, classification), urls };
      } catch (error) {
        const reason = messageOf(error);
        emit({ type: 'warning', message: `Other commands will not find this listener: ${reason}.` });
      }
    },

    reply(headers) {
      const challenge = headers[challengeHeader];
      return challenge === undefined || !announced
        ? undefined
        : challengeReply(announced.key, challenge, announced.urls);
    },

    withdraw() {
      try {
        announced?.withdraw();
      } catch {
        // Its process ends soon, and the next command that looks removes what it leaves.
      }
    },
  };
}
