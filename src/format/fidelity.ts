import {
  aspectsThatAre,
  type FidelityAspect,
  type FidelityFinding,
  fidelityAspects,
  isExact,
  type TunnelFidelity,
} from '../model/tunnel-fidelity.ts';

interface AspectTexts {
  /** In a few words. */
  readonly name: string;
  /** The same as part of a list of what is lost; only browsers have none: they send no webhooks. */
  readonly brief: string | undefined;
  /** What it means that it is lost, as a sentence. */
  readonly lost: string;
}

const caseMeaning = 'Rarely matters: names of headers compare without case.';

const texts: Readonly<Record<FidelityAspect, AspectTexts>> = {
  body: {
    name: 'body bytes',
    brief: 'body bytes',
    lost: 'Signatures that cover the body will not match.',
  },
  largeBody: {
    name: 'body of 1 MB',
    brief: '1 MB bodies',
    lost: 'Large webhooks do not arrive whole.',
  },
  path: {
    name: 'path and query as written',
    brief: 'raw path',
    lost: 'Signatures that cover the URL may not match, and routes may differ.',
  },
  headerRepeats: {
    name: 'repeated headers',
    brief: 'repeated headers',
    lost: 'Headers of one name arrive joined, or only one of them arrives.',
  },
  headerBytes: {
    name: 'header bytes above 127',
    brief: 'header bytes',
    lost: 'Header values that are not ASCII arrive changed.',
  },
  response: {
    name: 'response status and body',
    brief: 'responses',
    lost: 'Senders get another response than your server gave.',
  },
  headerOrder: {
    name: 'header order',
    brief: 'header order',
    lost: 'Rarely matters: the order of different headers has no meaning in HTTP.',
  },
  headerCase: { name: 'header case', brief: 'header case', lost: caseMeaning },
  responseHeaderCase: { name: 'response header case', brief: 'header case', lost: caseMeaning },
  emptyBody: {
    name: 'GET without a body',
    brief: 'empty bodies',
    lost: 'A GET arrives with a body, or as another method.',
  },
  browsers: {
    name: 'browsers reach the listener',
    brief: undefined,
    lost: 'Browsers get a page of the tunnel server first. Programs that send webhooks usually pass.',
  },
};

/**
 * Fidelity in a few words: `exact`, `header case lost`, `body bytes +2 lost`. Undefined while nothing is known to
 * be lost and something is not measured.
 */
export function fidelityWords(fidelity: TunnelFidelity): string | undefined {
  const [first, ...more] = lostNames(fidelity);
  if (first === undefined) return isExact(fidelity) ? 'exact' : undefined;
  return more.length === 0 ? `${first} lost` : `${first} +${more.length} lost`;
}

/** Fidelity in sentences. Undefined while nothing is known to be lost and something is not measured. */
export function fidelitySentences(fidelity: TunnelFidelity): string | undefined {
  const lost = lostNames(fidelity);
  const page = fidelity.browsers === 'lost' ? [texts.browsers.lost] : [];
  if (lost.length > 0) return [`The tunnel does not keep ${listed(lost)}.`, ...page].join(' ');
  if (!isExact(fidelity)) return page[0];
  return ['Requests pass the tunnel byte for byte.', ...page].join(' ');
}

/** One line of the table of what a tunnel keeps. */
export interface FidelityRow {
  readonly aspect: FidelityAspect;
  readonly name: string;
  readonly finding: FidelityFinding;
  /** What it means that it is lost; undefined if it is not. */
  readonly meaning: string | undefined;
}

/** The table of what a tunnel keeps. */
export function fidelityRows(fidelity: TunnelFidelity): readonly FidelityRow[] {
  return fidelityAspects.map((aspect) => ({
    aspect,
    name: texts[aspect].name,
    finding: fidelity[aspect],
    meaning: fidelity[aspect] === 'lost' ? texts[aspect].lost : undefined,
  }));
}

/** Each once, the most important first. */
function lostNames(fidelity: TunnelFidelity): readonly string[] {
  const names = aspectsThatAre('lost', fidelity).map((aspect) => texts[aspect].brief);
  return [...new Set(names.filter((name) => name !== undefined))];
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
