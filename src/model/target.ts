import { UserError } from './errors.ts';

/** The destination of attempts: an origin and a base path that is put before the request's own. */
export interface Target {
  /** The one spelling, used wherever the target is shown or recorded: `http://localhost:3000/base`. */
  readonly href: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Empty, or a path that starts with `/` and does not end with one. */
  readonly basePath: string;
  readonly hostname: string;
  readonly port: number;
  readonly secure: boolean;
}

/** Reads `3000`, `:3000/hooks`, `localhost:3000`, `http://host/base`; throws a UserError for anything else. */
export function parseTarget(text: string): Target {
  const trimmed = text.trim();
  const spelled = spelledOut(trimmed);
  const url = spelled === undefined || !URL.canParse(spelled) ? undefined : new URL(spelled);
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '')
    throw bad(trimmed);
  if (url.username || url.password) {
    throw new UserError(
      'usage',
      `The target ${JSON.stringify(`${url.protocol}//…@${url.host}`)} contains a user name or password.`,
      'Take them out: every request keeps the headers that its sender gave it.',
    );
  }
  if (url.search || url.hash) {
    throw new UserError(
      'usage',
      `The target ${JSON.stringify(text)} has a query or fragment.`,
      'Give scheme, host, port and at most a base path: the query is each request’s own.',
    );
  }
  const basePath = url.pathname.replace(/\/+$/, '');
  const secure = url.protocol === 'https:';
  return {
    href: url.origin + basePath,
    origin: url.origin,
    basePath,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    secure,
  };
}

/** True if a target is this machine itself. */
export function isLoopback({ hostname }: Pick<Target, 'hostname'>): boolean {
  return /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(hostname);
}

function spelledOut(text: string): string | undefined {
  if (/^\d+(\/.*)?$/.test(text)) return portInRange(text) ? `http://localhost:${text}` : undefined;
  if (/^:\d+(\/.*)?$/.test(text)) return portInRange(text.slice(1)) ? `http://localhost${text}` : undefined;
  if (/^https?:\/\//i.test(text)) return text;
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return undefined;
  if (isBareWord(text)) return undefined;
  if (/^(\[[0-9a-f:.]+\]|[a-z0-9_][a-z0-9._-]*)(:\d+)?(\/.*)?$/i.test(text)) return `http://${text}`;
  return undefined;
}

/** A word without dot, port or scheme, which is more likely a mistake than a host name. */
function isBareWord(text: string): boolean {
  return /^[a-z0-9_-]+(\/.*)?$/i.test(text) && !/^localhost(\/|$)/i.test(text);
}

function portInRange(text: string): boolean {
  const port = Number.parseInt(text, 10);
  return port >= 1 && port <= 65_535;
}

function bad(text: string): UserError {
  const question = isBareWord(text.trim()) ? 'Did you mean a port? ' : '';
  return new UserError(
    'usage',
    `${JSON.stringify(text)} is not a target.`,
    `${question}Give a port (3000), :3000/hooks, localhost:3000 or http://host/base.`,
  );
}
