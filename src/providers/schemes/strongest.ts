import { UserError } from '../../model/errors.ts';
import type { Scheme, SchemeContext } from '../core/scheme.ts';
import { valueAt, withoutValueAt } from '../request/locator.ts';
import { type ParsedRequest, parseLazily, type SignableRequest } from '../request/parsed-request.ts';

/**
 * Scheme for a provider that sends several signatures, the strongest first. Only the strongest that is there counts, so
 * that a weak one cannot replace a wrong strong one. Signing renews each. Takes the description of `usual`.
 */
export function strongest(schemes: readonly Scheme[], usual: Scheme = schemes[0]!): Scheme {
  const present = (parsed: ParsedRequest) => schemes.filter((scheme) => hasSignature(parsed, scheme));
  const first = (parsed: ParsedRequest) => present(parsed)[0] ?? usual;
  return {
    ...usual,
    kind: [...new Set(schemes.map(({ kind }) => kind))].join(' or '),
    signatureAt: [...new Set([usual, ...schemes].flatMap(({ signatureAt }) => signatureAt))],
    signatureIsSecret: schemes.some(({ signatureIsSecret }) => signatureIsSecret),
    secretAt: schemes.flatMap(({ secretAt }) => secretAt ?? []),
    signsUrl: schemes.some(({ signsUrl }) => signsUrl),
    signedAt: (parsed) => first(parsed).signedAt?.(parsed),
    verify: (parsed, context) => first(parsed).verify(parsed, context),
    fetchable: (parsed, options) => first(parsed).fetchable?.(parsed, options),
    sign(request, context) {
      const [main = usual, ...others] = present(parseLazily(request));
      // A token does not depend on the bytes, so it stays valid.
      const stale = others.filter(({ signatureIsSecret }) => !signatureIsSecret);
      return stale.reduce(
        (signed, scheme) => renewSignature(signed, scheme, context),
        (main.sign ?? usual.sign)!(request, context),
      );
    },
  };
}

function hasSignature(parsed: ParsedRequest, { signatureAt }: Scheme): boolean {
  return signatureAt.some((locator) => (valueAt(parsed, locator) ?? '') !== '');
}

/** Renews a further signature, or removes it if the secret is not a key for it. */
function renewSignature(request: SignableRequest, scheme: Scheme, context: SchemeContext): SignableRequest {
  try {
    if (scheme.sign) return scheme.sign(request, context);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  return scheme.signatureAt.reduce(withoutValueAt, request);
}
