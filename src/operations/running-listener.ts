import { sendOnce } from '../deliver/send-once.ts';
import { bodyOf, wholeBody } from '../model/body.ts';
import { UserError } from '../model/errors.ts';
import { operation, option, phrase } from '../model/phrase.ts';
import { type AnnouncedSession, announcedSessions } from '../state/announced-sessions.ts';
import { challengeHeader, createChallenge, provenUrls, type SessionUrls } from '../state/session-identity.ts';

/** A running `listen` of this user that has proved its identity. */
export interface RunningListener {
  /** Other sessions could have been meant, too. */
  readonly isOneOfSeveral: boolean;
  readonly urls: SessionUrls;
  readonly session: AnnouncedSession;
}

/** Selects a running listener. */
export interface WantedListener {
  /** The user's state folder, in which sessions are announced; undefined without a home folder. */
  readonly stateFolder: string | undefined;
  /** The real path of the working folder, if it exists: its own listener comes first. */
  readonly folder: string | undefined;
  /** Only one that records to this database. */
  readonly db?: string | undefined;
  /** Only one with this label. */
  readonly project?: string | undefined;
  readonly signal: AbortSignal;
}

/** Time limit for a reply by a listener on this machine. */
const challengeMs = 3_000;

/**
 * Finds the running listener for a command that names no target: the one of its own folder, else of the nearest folder
 * above it, else the newest. Only URLs that the listener proves count, none from a database. Rejects with a UserError if
 * there is none.
 */
export async function findRunningListener(wanted: WantedListener): Promise<RunningListener> {
  const { stateFolder, folder, db, project, signal } = wanted;
  if (stateFolder === undefined) {
    throw new UserError(
      'usage',
      'There is no home folder, so a running listen cannot be found.',
      phrase`Set HOME or XDG_STATE_HOME, or name a URL with ${option('to', 'http://localhost:3000/webhooks')}.`,
    );
  }
  const candidates = announcedSessions(stateFolder)
    .filter((session) => db === undefined || session.db === db)
    .filter((session) => project === undefined || session.project === project)
    // Stable: the newest stays first among equals.
    .sort((a, b) => closeness(b.folder, folder) - closeness(a.folder, folder));
  for (const session of candidates) {
    const urls = await askUrls(session, signal);
    if (urls) return { urls, session, isOneOfSeveral: candidates.length > 1 };
  }
  throw new UserError(
    'usage',
    `No listen${project === undefined ? '' : ` named ${project}`} is running, so there is no listener to send to.`,
    phrase`Start ${operation('listen', '3000')}, or name a URL with ${option('to', 'http://localhost:3000/webhooks')}.`,
  );
}

/** How near the folder of a session is to the working folder: the length of its path if it holds that folder, else 0. */
function closeness(session: string, folder: string | undefined): number {
  if (folder === undefined) return 0;
  return folder === session || folder.startsWith(session.replace(/\/?$/, '/')) ? session.length : 0;
}

async function askUrls(
  { port, key }: AnnouncedSession,
  signal: AbortSignal,
): Promise<SessionUrls | undefined> {
  const { nonce, header } = createChallenge(key);
  const origin = `http://127.0.0.1:${port}`;
  const outcome = await sendOnce(
    {
      method: 'GET',
      requestTarget: '/',
      headers: [
        ['Host', `127.0.0.1:${port}`],
        [challengeHeader, header],
      ],
      body: bodyOf(new Uint8Array(0)),
    },
    { origin, timeoutMs: challengeMs, signal },
  );
  if (outcome.type !== 'response' || outcome.response.status !== 200) return undefined;
  return provenUrls(key, nonce, Buffer.from(wholeBody(outcome.response.body)).toString('utf8'));
}
