import { basename } from 'node:path';
import { command, commonOptions, type Invocation, takesRef } from '../cli/command.ts';
import { type Io, stopCode } from '../cli/io.ts';
import { databaseFile, warningsTo, withStore } from '../cli/open-store.ts';
import { printWarnings } from '../cli/warnings.ts';
import { moveCommand, stillHeldText, waitingText } from '../format/held.ts';
import { stringifyJson } from '../format/json.ts';
import { printable } from '../format/printable.ts';
import { defaults } from '../model/defaults.ts';
import { UserError } from '../model/errors.ts';
import type { ListenOptions } from '../session/listen-options.ts';
import type { Session } from '../session/session.ts';
import type { PathTokens } from '../state/path-tokens.ts';
import { moveAsideIfBroken, type Store } from '../store/store.ts';
import { offerWhenAsked } from './fallback-offer.ts';
import { runOnUrl, type UrlCommand, urlCommand } from './on-url.ts';
import { admissionOf, admissionOptions } from './options/access-control.ts';
import { sendingOf, sendingOptions } from './options/client.ts';
import { sessionMasking } from './options/masking.ts';
import { configuredProviders, providerOptions } from './options/providers.ts';
import { holdingOf, holdingOptions } from './options/retry-policy.ts';
import { targetOf, targetOptions } from './options/target.ts';
import { screenFor, screenOptions } from './options/tui.ts';
import { tunnelOf, tunnelOptions } from './options/tunnel.ts';
import { printQrCodes } from './print-qr-codes.ts';
import { createPrinter } from './print-session.ts';
import { sessionPlace } from './session-place.ts';
import { prepareUrlFile, type UrlFile } from './url-file.ts';

const options = {
  port: targetOptions.port,
  host: targetOptions.host,
  forwardTo: targetOptions.forwardTo,
  project: {
    type: 'string',
    value: 'name',
    help: 'project name, recorded with every request',
    default: "the folder's name",
  },
  ...tunnelOptions,
  route: targetOptions.route,
  maxBody: {
    type: 'size',
    help: 'largest body to accept; larger ones are cut, recorded and rejected with 413',
    default: defaults.maxBodyBytes,
    untrusted: 'lower',
  },
  headTimeout: {
    type: 'duration',
    help: 'time limit for receiving the head of a request',
    default: defaults.headTimeoutMs,
    untrusted: 'allowed',
  },
  bodyTimeout: {
    type: 'duration',
    help: 'time limit for each pause within a body',
    default: defaults.bodyTimeoutMs,
    untrusted: 'allowed',
  },
  dbTimeout: {
    type: 'duration',
    help: 'time limit for waiting for a locked database',
    default: defaults.dbTimeoutMs,
    untrusted: 'allowed',
  },
  minRate: {
    type: 'size',
    help: 'reject a body slower than this many bytes per second, after its first 10 s; 0: no limit',
    default: defaults.minRate,
    untrusted: 'higher',
  },
  repair: {
    type: 'boolean',
    help: 'move a damaged database aside and start a new one',
  },
  urlFile: { type: 'string', value: 'file', help: 'write the public URL to this file', flagOnly: true },
  ...screenOptions,
  handshake: {
    type: 'boolean',
    help: 'reply to provider verification handshakes even when there is a target',
  },
  confirmSns: {
    type: 'boolean',
    help: 'confirm AWS SNS subscriptions (calls amazonaws.com only)',
  },
  requireSignature: {
    type: 'boolean',
    help: 'forward only requests with a valid signature; reject the rest with 401',
    untrusted: 'refused',
  },
  ...providerOptions,
  ...holdingOptions,
  ...sendingOptions,
  ...admissionOptions,
  ...commonOptions,
} as const;

export const listenCommand = command({
  arguments: [{ name: 'target', help: 'forward requests to this target, same as --forward-to' }],
  options,
  examples: [
    'webhook-cli listen 3000                     forward to localhost:3000',
    'webhook-cli listen                          record only, reply 200',
    'webhook-cli listen 3000 --no-tunnel --json  for scripts',
  ],
  run,
});

type Given = Invocation<typeof options>;

/** The parts of the command that surround the session. */
interface Surroundings {
  readonly listenOptions: Omit<ListenOptions, 'store' | 'onEvent'>;
  readonly known: Awaited<ReturnType<typeof configuredProviders>>;
  readonly pathTokens: PathTokens;
  readonly file: string;
  /** Shows the session on a screen; undefined: it is printed. */
  readonly showScreen: Awaited<ReturnType<typeof screenFor>>;
  readonly urlFile: UrlFile | undefined;
  readonly onUrl: UrlCommand | undefined;
}

async function run(invocation: Given): Promise<number> {
  const { options, io } = invocation;
  const place = sessionPlace(io, options.pathToken ?? false);
  const target = targetOf(invocation);
  const tunnel = tunnelOf(options, io.env, place);
  const showScreen = await screenFor(options, io);
  const urlFile = options.urlFile === undefined ? undefined : prepareUrlFile(options.urlFile);
  const onUrl = options.onUrl === undefined ? undefined : urlCommand(options.onUrl, io.env);
  const file = databaseFile(options.db, io);
  if (options.repair) repair(file, options.json ?? false, io);
  const known = await configuredProviders(invocation);
  const sending = sendingOf(options, io);
  const { pathTokens } = sending;
  const noted = [...place.warnings, ...portWarnings(options.port, tunnel)];
  printWarnings(noted, 'surroundings', options.json ?? false, io);
  const listenOptions = {
    ...sessionOptions(options),
    ...sending,
    ...holdingOf(options),
    ...admissionOf(options, io),
    ...tunnel,
    target,
    project: options.project ?? (basename(place.folder ?? '') || 'default'),
    stateFolder: place.stateFolder,
    folder: place.folder,
    providers: known.own,
    providerSettings: known.settings,
    signal: io.signal,
  };
  const timeout = options.dbTimeout === undefined ? {} : { dbTimeoutMs: options.dbTimeout };
  const surroundings = { listenOptions, known, pathTokens, file, showScreen, urlFile, onUrl };
  const warnings = [...invocation.warnings, ...noted];
  return withStore(file, timeout, (store) => runSession(store, surroundings, { ...invocation, warnings }));
}

/** Runs the session until a signal or its user ends it. */
async function runSession(
  store: Store,
  { listenOptions, known, pathTokens, file, showScreen, urlFile, onUrl }: Surroundings,
  { options, io, commands, warnings }: Given,
): Promise<number> {
  const { startListening } = await import('../session/listen.ts');
  const { project = '' } = listenOptions;
  // The random path is in what is captured, and the URL with it is printed once.
  const masking = sessionMasking(known.secrets, known.secretHeaders, pathTokens);
  const printer = showScreen
    ? undefined
    : createPrinter({ json: options.json ?? false, db: file, project, io, masking, store });
  // The screen is not there yet; from now on the session emits the warnings of the file.
  if (showScreen) store.onWarning(warningsTo(options, io))();
  const session = await startListening({
    ...listenOptions,
    store,
    onEvent(event) {
      if (event.type === 'tunnel' && event.url) writeUrl(event.url, urlFile, io);
      printer?.print(event);
    },
  });
  const json = options.json ?? false;
  const sayLine = (line: string) => void (showScreen || printWarnings([line], 'on-url', json, io));
  const stopOnUrl = onUrl && runOnUrl(session, onUrl, sayLine);
  try {
    if (!showScreen) {
      sayWhatWaits(session, json, io);
      if (options.qr) await printQrCodes(session, options, io);
      offerWhenAsked(session, { json, target: listenOptions.target, io });
      return await untilStopped(session, io);
    }
    return await showScreen({
      session,
      store,
      masking,
      maskSecret: masking.add,
      pathTokenOf: pathTokens.of,
      warnings,
      io,
      commands: commands.map((entry) => ({ ...entry, takesRef: () => takesRef(entry) })),
    });
  } finally {
    await Promise.all([session.close(), stopOnUrl?.()]);
    await printer?.flush();
    if (!options.json)
      for (const held of session.held()) io.stderr.write(`webhook-cli: ${stillHeldText(held)}\n`);
  }
}

/** A reverse proxy leads to one port, and without an option each session has another. */
function portWarnings(port: number | undefined, { tunnels }: Pick<ListenOptions, 'tunnels'>): string[] {
  if (port !== undefined || !tunnels?.some(({ sharesPort }) => sharesPort)) return [];
  return ['Each run has another local port: give --port the one that your reverse proxy leads to.'];
}

/** Requests for other targets wait until somebody moves them. */
function sayWhatWaits(session: Session, json: boolean, io: Io): void {
  const waiting = session.heldElsewhere();
  if (waiting.length === 0 || !session.target) return;
  const message = `${waitingText(waiting)}: ${moveCommand(session.target.href)} moves them here.`;
  printWarnings([message], 'held', json, io);
}

/** The options that the session has under the same or a similar name. */
function sessionOptions(options: Given['options']): Partial<ListenOptions> {
  return {
    port: options.port,
    host: options.host,
    maxBodyBytes: options.maxBody,
    handshake: options.handshake,
    requireSignature: options.requireSignature,
    confirmSns: options.confirmSns,
    routes: options.route,
    headTimeoutMs: options.headTimeout,
    bodyTimeoutMs: options.bodyTimeout,
    minRate: options.minRate,
  };
}

function repair(file: string, json: boolean, { stderr }: Io): void {
  const moved = moveAsideIfBroken(file, Date.now());
  if (!moved) return;
  const message = `The database was damaged (${moved.reason}). It was moved to ${moved.to}; a new one is at ${file}.`;
  stderr.write(
    json ? `${stringifyJson({ type: 'warning', message })}\n` : `webhook-cli: ${printable(message)}\n`,
  );
}

/** Captures until a signal comes, or until a tunnel that was required does not. */
async function untilStopped(session: Session, io: Io): Promise<number> {
  const stopped = new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    else io.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  // Where the start was aborted, `stopped` is what happened.
  const ready = session.ready.catch((error: unknown) => {
    if (!io.signal.aborted) throw error;
  });
  await Promise.race([stopped, ready.then(() => stopped)]);
  return stopCode(io.signal);
}

/** A file that can't be written any more is no reason to stop capturing. */
function writeUrl(url: string, file: UrlFile | undefined, { stderr }: Io): void {
  try {
    file?.write(url);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    stderr.write(`webhook-cli: ${printable(error.message)}\n`);
  }
}
