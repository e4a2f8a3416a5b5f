import { headerValues } from '../../model/headers.ts';
import { option, phrase } from '../../model/phrase.ts';
import type { SignableRequest } from '../request/parsed-request.ts';
import type { Hypothesis } from './diagnosis.ts';

interface Difference {
  readonly cause: string;
  readonly description: string;
}

/** A form of one part of the URL; `difference` is its difference from the URL that was called. */
interface UrlPart {
  readonly text: string;
  readonly difference?: Difference;
}

/** A URL split as text, without normalisation. */
interface UrlParts {
  readonly scheme: string;
  readonly credentials: string;
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

/** URLs that a sender may have signed instead of the one that was called, those with fewer differences first. */
export function* urlHypotheses(request: SignableRequest): Generator<Hypothesis> {
  const address = splitUrl(request.url);
  if (!address) return;
  const tried = new Set([request.url]);
  for (const { text, differs } of candidates(request, address)) {
    if (tried.has(text)) continue;
    tried.add(text);
    yield {
      cause: differs[0]!.cause,
      message: `The signed URL is ${text}: ${differs.map(({ description }) => description).join(' and ')}.`,
      hint: phrase`Verify with the URL exactly as it is registered with the provider: ${option('url', 'URL')}.`,
      request: { ...request, url: text },
    };
  }
}

function splitUrl(url: string): UrlParts | undefined {
  const match = /^(https?):\/\/(?:([^/?#]*)@)?([^/?#]*)([^?#]*)(\?[^#]*)?/is.exec(url);
  if (!match) return undefined;
  const [, scheme = '', credentials, host = '', path = '', query = ''] = match;
  return { scheme, credentials: credentials === undefined ? '' : `${credentials}@`, host, path, query };
}

function candidates(request: SignableRequest, address: UrlParts) {
  const found: { readonly text: string; readonly differs: readonly Difference[] }[] = [];
  for (const scheme of schemesOf(address)) {
    for (const credentials of credentialsOf(address)) {
      for (const host of hostsOf(request, address)) {
        for (const path of pathsOf(address)) {
          for (const query of queriesOf(address)) {
            const parts = [scheme, credentials, host, path, query];
            const differs = parts.flatMap(({ difference }) => (difference ? [difference] : []));
            if (differs.length === 0) continue;
            found.push({
              text: `${scheme.text}://${parts
                .slice(1)
                .map(({ text }) => text)
                .join('')}`,
              differs,
            });
          }
        }
      }
    }
  }
  return found.sort((one, other) => one.differs.length - other.differs.length);
}

function schemesOf({ scheme }: UrlParts): UrlPart[] {
  const lower = scheme.toLowerCase();
  const other = lower === 'https' ? 'http' : 'https';
  return [
    { text: scheme },
    ...(lower === scheme
      ? []
      : [{ text: lower, difference: { cause: 'url-case', description: 'lower-case scheme' } }]),
    { text: other, difference: { cause: 'url-scheme', description: 'another scheme' } },
  ];
}

function credentialsOf({ credentials }: UrlParts): UrlPart[] {
  if (credentials === '') return [{ text: '' }];
  return [
    { text: credentials },
    { text: '', difference: { cause: 'url-credentials', description: 'without user and password' } },
  ];
}

function hostsOf(request: SignableRequest, { host }: UrlParts): UrlPart[] {
  const another = { cause: 'url-host', description: 'another host' };
  const port = { cause: 'url-port', description: 'another port' };
  const lower = host.toLowerCase();
  const bare = lower.replace(/:\d*$/, '');
  const ascii = URL.parse(`http://${host}`)?.host ?? lower;
  const named = [
    ...headerValues(request.headers, 'x-forwarded-host').flatMap((value) => value.split(/,\s*/)),
    ...headerValues(request.headers, 'x-original-host'),
    ...headerValues(request.headers, 'host'),
  ].slice(0, 4);
  return [
    { text: host },
    ...(lower === host
      ? []
      : [{ text: lower, difference: { cause: 'url-case', description: 'lower-case host' } }]),
    ...(/[^\x00-\x7f]/.test(host)
      ? [{ text: ascii, difference: { cause: 'url-encoding', description: 'ASCII host' } }]
      : []),
    ...[bare, `${bare}:443`, `${bare}:80`]
      .filter((text) => text !== lower)
      .map((text) => ({ text, difference: port })),
    ...named.flatMap((text) => [
      { text, difference: another },
      { text: text.replace(/:\d+$/, ''), difference: another },
    ]),
  ];
}

function pathsOf({ path }: UrlParts): UrlPart[] {
  const endsInSlash = path.endsWith('/');
  const other = (text: string) => (endsInSlash ? text.slice(0, -1) : `${text}/`);
  const slash = { cause: 'url-slash', description: `${endsInSlash ? 'without' : 'with'} a trailing slash` };
  const spelled = spellings(path, 'path');
  return [...spelled, { text: other(path), difference: slash }];
}

function queriesOf({ query }: UrlParts): UrlPart[] {
  if (query === '') return [{ text: '' }];
  return [
    ...spellings(query, 'query'),
    { text: '', difference: { cause: 'url-query', description: 'without the query' } },
  ];
}

/** Returns a text unchanged, percent-encoded in either case, and decoded. */
function spellings(text: string, name: 'path' | 'query'): UrlPart[] {
  const encoding = (description: string) => ({
    cause: 'url-encoding',
    description: `${name} ${description}`,
  });
  const changed: UrlPart[] = [
    { text: encodeNonAscii(text), difference: encoding('percent-encoded') },
    {
      text: text.replace(/%[\da-f]{2}/gi, (code) => code.toUpperCase()),
      difference: encoding('with %XX in upper case'),
    },
    {
      text: text.replace(/%[\da-f]{2}/gi, (code) => code.toLowerCase()),
      difference: encoding('with %xx in lower case'),
    },
    { text: decoded(text), difference: encoding('decoded') },
    ...(name === 'query'
      ? [
          { text: text.replaceAll('+', '%20'), difference: encoding('with %20 for +') },
          { text: text.replaceAll('%20', '+'), difference: encoding('with + for %20') },
        ]
      : []),
  ];
  return [{ text }, ...changed.filter((part) => part.text !== text)];
}

/** Encodes the bytes of latin1 text, such as a captured URL, or the characters of any other text. */
function encodeNonAscii(text: string): string {
  const isLatin1 = /^[\x00-\xff]*$/.test(text);
  const bytes = isLatin1 ? Buffer.from(text, 'latin1') : undefined;
  const asUtf8 = bytes ? bytes.toString('utf8') : text;
  return (asUtf8.includes('\ufffd') ? text : asUtf8).replace(/[^\x21-\x7e]+/g, (run) =>
    encodeURIComponent(run.toWellFormed()),
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
