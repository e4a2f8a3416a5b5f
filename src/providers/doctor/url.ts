import { headerValues } from '../../model/headers.ts';
import type { Incoming } from '../incoming.ts';
import type { Suspicion } from './finding.ts';

/** Addresses that a sender may have signed instead of the one that was called here. */
export function* urlSuspicions(request: Incoming): Generator<Suspicion> {
  const url = URL.parse(request.url);
  if (!url) return;
  const tried = new Set([request.url]);
  for (const scheme of [url.protocol, url.protocol === 'https:' ? 'http:' : 'https:']) {
    for (const { host, what } of hostsOf(request, url)) {
      for (const path of pathsOf(url)) {
        const other = `${scheme}//${host}${path.text}`;
        if (tried.has(other)) continue;
        tried.add(other);
        const differs = [
          scheme === url.protocol ? undefined : { cause: 'url-scheme', how: 'another scheme' },
          what,
          path.what,
        ].filter((each) => each !== undefined);
        yield {
          cause: differs[0]?.cause ?? 'url-slash',
          message: `The signed address is ${other}: ${differs.map(({ how }) => how).join(' and ')}.`,
          hint: 'Verify with the address exactly as it is registered with the vendor: --url.',
          request: { ...request, url: other },
        };
      }
    }
  }
}

interface Difference {
  readonly cause: string;
  readonly how: string;
}

function hostsOf(request: Incoming, url: URL): { readonly host: string; readonly what?: Difference }[] {
  const another = { cause: 'url-host', how: 'another host' };
  const port = { cause: 'url-port', how: 'another port' };
  const named = [
    ...headerValues(request.headers, 'x-forwarded-host').flatMap((value) => value.split(/,\s*/)),
    ...headerValues(request.headers, 'x-original-host'),
    ...headerValues(request.headers, 'host'),
  ];
  return [
    { host: url.host },
    { host: url.hostname, what: port },
    ...['443', '80'].map((each) => ({ host: `${url.hostname}:${each}`, what: port })),
    ...named.flatMap((host) => [
      { host, what: another },
      { host: host.replace(/:\d+$/, ''), what: another },
    ]),
  ];
}

function pathsOf({ pathname, search }: URL): { readonly text: string; readonly what?: Difference }[] {
  const endsInSlash = pathname.endsWith('/');
  const other = endsInSlash ? pathname.slice(0, -1) : `${pathname}/`;
  const slash = { cause: 'url-slash', how: `${endsInSlash ? 'without' : 'with'} a slash at its end` };
  const query = { cause: 'url-query', how: 'without the query' };
  return [
    { text: pathname + search },
    { text: other + search, what: slash },
    ...(search === '' ? [] : [{ text: pathname, what: query }]),
  ];
}
