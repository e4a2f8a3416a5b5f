import { sendOnce } from '../deliver/send-once.ts';
import { bodyOf, wholeBody } from '../model/body.ts';
import { UserError } from '../model/errors.ts';
import { type AnnouncedSession, announcedSessions } from '../state/announced-sessions.ts';
import { challengeHeader, createChallenge, provenUrls, type SessionUrls } from './identity.ts';

/** A `listen` of this user that runs and has proved it. */
export interface RunningListener {
  readonly urls: SessionUrls;
  readonly session: AnnouncedSession;
}

export interface WantedListener {
  /** The user's state folder, where sessions are announced. */
  readonly stateFolder: string;
  /** The real path of the working folder: its own listener comes first. */
  readonly folder: string;
  /** Only one that records to this database. */
  readonly db?: string | undefined;
  /** Only one with this label. */
  readonly project?: string | undefined;
  readonly signal: AbortSignal;
}

/** A listener on this machine replies at once, or is busy. */
const challengeMs = 3_000;

/**
 * The running listener that a command without a target means: the one of its own folder, else the newest. Only what
 * the listener proves counts, nothing that stands in a database. Rejects with a UserError where there is none.
 */
export async function findRunningListener(wanted: WantedListener): Promise<RunningListener> {
  const { stateFolder, folder, db, project, signal } = wanted;
  const candidates = announcedSessions(stateFolder)
    .filter((session) => db === undefined || session.db === db)
    .filter((session) => project === undefined || session.project === project);
  const own = candidates.filter((session) => session.folder === folder);
  const others = candidates.filter((session) => session.folder !== folder);
  for (const session of [...own, ...others]) {
    const urls = await askUrls(session, signal);
    if (urls) return { urls, session };
  }
  throw new UserError(
    'usage',
    `No listen${project === undefined ? '' : ` named ${project}`} is running, so there is nowhere to send it.`,
    'Start webhook-cli listen 3000, or say where with --to http://localhost:3000/webhooks.',
  );
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
