import { X509Certificate } from 'node:crypto';
import { defineProvider } from '../core/define-provider.ts';
import type { Scheme } from '../core/scheme.ts';
import { invalid, noSignature, unchecked, type Verdict, valid } from '../core/verdict.ts';
import { valueAt, valuesAt } from '../request/locator.ts';
import { parseJws, verifyJws } from '../signature/jws.ts';

const at = 'json:signedPayload';

/** Certificates of the token, its own first (RFC 7515, x5c); undefined if they are invalid. */
function chainOf(header: Readonly<Record<string, unknown>>): readonly X509Certificate[] | undefined {
  if (!Array.isArray(header.x5c)) return undefined;
  try {
    return header.x5c.map((text) => new X509Certificate(Buffer.from(String(text), 'base64')));
  } catch {
    return undefined;
  }
}

function certificateOf(text: string): X509Certificate | undefined {
  try {
    return new X509Certificate(text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64'));
  } catch {
    return undefined;
  }
}

/** Tests that each certificate is signed by the next, the last by the root (or is it), and all are valid at that time. */
function chainHolds(chain: readonly X509Certificate[], root: X509Certificate, now: number): boolean {
  return [...chain].every((certificate, index) => {
    const issuer = chain[index + 1] ?? root;
    const inTime = Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo);
    const isRoot = certificate.fingerprint256 === root.fingerprint256;
    return inTime && (isRoot || (certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)));
  });
}

/** Scheme for a JWS with its own certificates, which must chain to the configured root. */
const scheme: Scheme = {
  kind: 'JWS (ES256, certificates)',
  needs: 'certificate',
  signatureAt: [at],
  signedAt(parsed) {
    const signed = parseJws(valueAt(parsed, at) ?? '')?.payload?.signedDate;
    return typeof signed === 'number' ? signed : undefined;
  },
  verify(parsed, { secrets }): Verdict {
    const [text = ''] = valuesAt(parsed, at);
    if (text === '') return noSignature('no signedPayload in the body');
    const token = parseJws(text);
    const chain = token && chainOf(token.header);
    if (!token?.payload || !chain?.length || token.header.alg !== 'ES256') {
      return invalid('malformed', 'signedPayload is not a JWS with certificates');
    }
    if (secrets.length === 0) return unchecked('no-secret', 'no root certificate is configured');
    const roots = secrets.map(certificateOf);
    if (roots.every((root) => root === undefined))
      return unchecked('bad-secret', 'the secret is not a certificate');
    if (!verifyJws('ES256', token.signedText, token.signature, chain[0]!.toString(), undefined)) {
      return invalid('mismatch', 'the signature does not match');
    }
    const signedAt = scheme.signedAt!(parsed);
    if (signedAt === undefined) return invalid('malformed', 'the timestamp cannot be read');
    const index = roots.findIndex((root) => root && chainHolds(chain, root, signedAt));
    return index < 0
      ? invalid('mismatch', 'the certificates do not chain to the configured root')
      : valid(index);
  },
};

export const appleAppStore = defineProvider({
  name: 'apple-app-store',
  title: 'Apple App Store',
  detect: ['json:signedPayload=eyJ*.*.*'],
  scheme,
  note: 'set the root certificate as the secret; the event is inside the token; bundle and environment are not compared',
  source: 'https://developer.apple.com/documentation/appstoreservernotifications/responsebodyv2',
});
