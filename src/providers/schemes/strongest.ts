import { UserError } from '../../model/errors.ts';
import type { Scheme, SchemeContext } from '../core/scheme.ts';
import { valueAt, withoutValueAt } from '../request/locator.ts';
import { type ParsedRequest, parseLazily, type SignableRequest } from '../request/parsed-request.ts';

/**
 * One vendor that sends several signatures at once, the strongest first: the strongest that came decides, so that a weak
 * one never makes up for a wrong strong one. Signing renews each that came. It describes itself as `usual`.
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
      // A token proves nothing of the bytes, so that it stays right.
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

/** With a new signature beside the main one; without the old one where the secret is no key for it. */
function renewSignature(request: SignableRequest, scheme: Scheme, context: SchemeContext): SignableRequest {
  try {
    if (scheme.sign) return scheme.sign(request, context);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  return scheme.signatureAt.reduce(withoutValueAt, request);
}
