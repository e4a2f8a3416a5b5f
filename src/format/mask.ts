import type { Attempt } from '../model/attempt.ts';
import type { HeaderList } from '../model/headers.ts';
import type { RequestRecord, RequestSummary } from '../model/request.ts';

/** The text that replaces a secret: as long for a short one as for a long one. */
export const maskText = '••••';

/** Values that are masked wherever people look. */
export interface MaskOptions {
  /** Nothing is masked: the user asked for it. */
  readonly showSecrets?: boolean | undefined;
  /** Configured secrets and path tokens: masked wherever they occur. */
  readonly secrets?: readonly string[] | undefined;
  /** Headers, in lower case, that a provider of the user's own sends its secret in. */
  readonly secretHeaders?: ReadonlySet<string> | undefined;
}

const maskedHeaders = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'verif-hash',
  'x-adobesign-clientid',
]);

/** Names such as `X-Gitlab-Token`, in which providers send a word that only they and the app know. */
const secretName = /(^|-)(token|secret|auth|api-?key|password)(-|$)/;

const publicName = /(^|-)idempotency-/;

function isMasked(name: string, { secretHeaders }: MaskOptions): boolean {
  const lower = name.toLowerCase();
  if (maskedHeaders.has(lower) || secretHeaders?.has(lower)) return true;
  return secretName.test(lower) && !publicName.test(lower);
}

/** Only these are shown before the mask: anything else there may be the secret itself. */
const scheme =
  /^(basic|bearer|digest|dpop|hmac|hoba|mutual|negotiate|ntlm|token|apikey|aws4-hmac-sha256|scram-sha-\d+|signature)(?= )/i;

/** The headers with the values of those that carry credentials masked, and configured secrets in all of them. */
export function maskHeaders(headers: HeaderList, options: MaskOptions = {}): HeaderList {
  if (options.showSecrets) return headers;
  return headers.map(([name, value]) => {
    if (isMasked(name, options)) return [name, maskCredentials(value)];
    return [name, maskSecrets(value, options)];
  });
}

/** `text` with every configured secret in it masked, in each spelling in which it may stand there. */
export function maskSecrets(text: string, options: MaskOptions): string {
  let masked = text;
  for (const spelling of secretSpellings(options)) masked = masked.replaceAll(spelling, maskText);
  return masked;
}

/**
 * The secrets that are masked as they may stand in text, the longest first, since one may be a part of another: as they
 * are, as the latin1 of their UTF-8, as JSON and URLs write them.
 */
export function secretSpellings({ showSecrets, secrets }: MaskOptions): readonly string[] {
  if (showSecrets || !secrets || secrets.length === 0) return none;
  const known = spellingsByList.get(secrets);
  if (known) return known;
  const spellings = new Set(secrets.filter((secret) => secret !== '').flatMap(spellingsOf));
  const sorted = [...spellings].sort((a, b) => b.length - a.length);
  spellingsByList.set(secrets, sorted);
  return sorted;
}

const none: readonly string[] = [];

/** Lists of secrets do not change, and every row that is drawn asks. */
const spellingsByList = new WeakMap<readonly string[], readonly string[]>();

function spellingsOf(secret: string): string[] {
  const form = encodeURIComponent(secret.toWellFormed());
  return [
    secret,
    Buffer.from(secret, 'utf8').toString('latin1'),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/'),
    form,
    form.replaceAll('%20', '+'),
  ];
}

/** Bytes with every configured secret in them masked. */
export function maskBytes(bytes: Uint8Array, options: MaskOptions): Buffer {
  const original = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const spellings = secretSpellings(options);
  if (spellings.length === 0) return original;
  const asLatin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
  const masked = spellings.reduce(
    (text, spelling) => text.replaceAll(asLatin1(spelling), asLatin1(maskText)),
    original.toString('latin1'),
  );
  return Buffer.from(masked, 'latin1');
}

/** A request as a list shows it, masked. */
export function maskSummary<T extends Pick<RequestSummary, 'requestTarget' | 'classification'>>(
  request: T,
  options: MaskOptions,
): T {
  if (secretSpellings(options).length === 0) return request;
  const mask = (text: string | null) => (text === null ? null : maskSecrets(text, options));
  const { event, eventId } = request.classification;
  return {
    ...request,
    requestTarget: maskSecrets(request.requestTarget, options),
    classification: { ...request.classification, event: mask(event), eventId: mask(eventId) },
  };
}

/** A request and all that is recorded of it, masked but for its bodies, which are masked as they are shown. */
export function maskRecord(record: RequestRecord, options: MaskOptions): RequestRecord {
  if (options.showSecrets) return record;
  const { request } = record;
  const { classification, requestTarget } = maskSummary(
    { requestTarget: request.requestTarget, classification: record.classification },
    options,
  );
  return {
    ...record,
    classification,
    request: {
      ...request,
      requestTarget,
      headers: maskHeaders(request.headers, options),
      trailers: maskHeaders(request.trailers, options),
    },
    attempts: record.attempts.map((attempt) => maskAttempt(attempt, options)),
  };
}

function maskAttempt(attempt: Attempt, options: MaskOptions): Attempt {
  const { sent, outcome } = attempt;
  const { response } = outcome;
  const maskedResponse = response && {
    ...response,
    statusText: maskSecrets(response.statusText, options),
    headers: maskHeaders(response.headers, options),
    trailers: maskHeaders(response.trailers, options),
  };
  return {
    ...attempt,
    target: maskSecrets(attempt.target, options),
    ...(sent && {
      sent: {
        ...sent,
        requestTarget: maskSecrets(sent.requestTarget, options),
        headers: maskHeaders(sent.headers, options),
      },
    }),
    outcome:
      outcome.type === 'failed'
        ? {
            ...outcome,
            message: maskSecrets(outcome.message, options),
            ...(maskedResponse && { response: maskedResponse }),
          }
        : { ...outcome, response: maskedResponse! },
  };
}

function maskCredentials(value: string): string {
  const known = scheme.exec(value)?.[0];
  return known === undefined ? maskText : `${known} ${maskText}`;
}
