import { parseMatcher } from '../core/matcher.ts';
import type { Matcher } from '../core/provider.ts';
import type { Scheme } from '../core/scheme.ts';
import { type ParsedRequest, parseLazily, type SignableRequest } from '../request/parsed-request.ts';

/** A scheme for the requests that match. */
export interface SchemeChoice {
  readonly when: Matcher;
  readonly scheme: Scheme;
}

/** Uses the first scheme whose matcher matches the request, else `otherwise`, whose description it takes. */
export function choice(choices: readonly SchemeChoice[], otherwise: Scheme): Scheme {
  const parsedChoices = choices.map(({ when, scheme }) => ({ matcher: parseMatcher(when), scheme }));
  const all = [otherwise, ...choices.map(({ scheme }) => scheme)];
  const schemeFor = (parsed: ParsedRequest) =>
    parsedChoices.find(({ matcher }) => matcher.matches(parsed))?.scheme ?? otherwise;
  const { options } = otherwise;
  return {
    kind: [...new Set(all.map(({ kind }) => kind))].join(' or '),
    needs: otherwise.needs,
    signatureAt: [...new Set(all.flatMap(({ signatureAt }) => signatureAt))],
    signatureIsSecret: all.some(({ signatureIsSecret }) => signatureIsSecret),
    secretAt: all.flatMap(({ secretAt }) => secretAt ?? []),
    signsUrl: all.some(({ signsUrl }) => signsUrl),
    toleranceMs: otherwise.toleranceMs,
    signsWith: otherwise.signsWith ?? 'secret',
    ...(options && { options }),
    signedAt: (parsed) => schemeFor(parsed).signedAt?.(parsed),
    verify: (parsed, context) => schemeFor(parsed).verify(parsed, context),
    fetchable: (parsed, options) => schemeFor(parsed).fetchable?.(parsed, options),
    sign(request: SignableRequest, context) {
      const scheme = schemeFor(parseLazily(request));
      return (scheme.sign ?? otherwise.sign)!(request, context);
    },
  };
}
