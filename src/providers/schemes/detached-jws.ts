import { UserError } from '../../model/errors.ts';
import type { Scheme, SchemeContext } from '../core/scheme.ts';
import { invalid, noSignature, unchecked, type Verdict, valid } from '../core/verdict.ts';
import { type Locator, locatorText, valueAt, valuesAt, withValueAt } from '../request/locator.ts';
import { type ParsedRequest, parseLazily, type SignableRequest } from '../request/parsed-request.ts';
import {
  encodeJsonPart,
  type JwsAlgorithm,
  type JwsToken,
  keyKind,
  parseJws,
  signJws,
  verifyJws,
} from '../signature/jws.ts';
import { type KeySource, keySourceMethods, keyTexts, missingKeyVerdict } from '../signature/key-source.ts';

/** A JWS whose payload is elsewhere in the request (RFC 7515, appendix F; RFC 7797). */
export interface DetachedJwsSpec {
  readonly at: Locator;
  readonly algorithm: JwsAlgorithm;
  /** Signs the payload itself, not its base64url (`"b64": false`). */
  readonly rawPayload?: boolean;
  /** Returns the payload, undefined if the request has none; the body unless given. */
  payload?(parsed: ParsedRequest, header: JwsToken['header']): Uint8Array | undefined;
  /** Header of signatures that we make. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly signsUrl?: boolean;
  readonly keys?: KeySource;
}

/** Scheme for a detached JWS over the body or a part of the request. */
export function detachedJws(spec: DetachedJwsSpec): Scheme {
  const { keys } = spec;
  return {
    kind: `detached JWS (${spec.algorithm})`,
    needs: 'public key',
    signatureAt: [spec.at],
    signsUrl: spec.signsUrl ?? false,
    signsWith: 'key',
    verify: (parsed, context) => verifyDetachedJws(parsed, spec, context),
    sign: (request, context) => signDetachedJws(request, spec, context),
    ...(keys && keySourceMethods(keys)),
  };
}

function verifyDetachedJws(parsed: ParsedRequest, spec: DetachedJwsSpec, context: SchemeContext): Verdict {
  const values = valuesAt(parsed, spec.at);
  const [value = ''] = values;
  if (value === '') return noSignature(`no signature in ${locatorText(spec.at)}`);
  if (values.length > 1) return invalid('duplicate-signature', `${locatorText(spec.at)} appears twice`);
  const token = parseJws(value);
  if (!token?.signedText.endsWith('.'))
    return invalid('malformed', `${locatorText(spec.at)} is not a detached JWS`);
  if (token.header.alg !== spec.algorithm)
    return invalid('malformed', `the algorithm is not ${spec.algorithm}`);
  const text = signedText(parsed, token.header, token.signedText, spec);
  if (!text) return invalid('malformed', 'a part that the signature covers is missing');
  const texts = keyTexts(context, spec.keys);
  if (texts.length === 0) return missingKeyVerdict(parsed, context, spec.keys);
  let usable = false;
  for (const { text: keyText, secretIndex } of texts) {
    const isValid = verifyJws(spec.algorithm, text, token.signature, keyText, token.header.kid);
    if (isValid) return valid(secretIndex);
    usable ||= isValid === false;
  }
  if (!usable) return unchecked('bad-secret', `the key is not ${keyKind(spec.algorithm)}`);
  return invalid('mismatch', 'the signature does not match');
}

/** `head` ends with a dot. */
function signedText(
  parsed: ParsedRequest,
  header: JwsToken['header'],
  head: string,
  spec: DetachedJwsSpec,
): Uint8Array | undefined {
  const payload = spec.payload ? spec.payload(parsed, header) : parsed.body;
  if (!payload) return undefined;
  const text = spec.rawPayload ? payload : Buffer.from(Buffer.from(payload).toString('base64url'));
  return Buffer.concat([Buffer.from(head), text]);
}

function signDetachedJws(
  request: SignableRequest,
  spec: DetachedJwsSpec,
  { secrets: [secret = ''] }: SchemeContext,
): SignableRequest {
  const parsed = parseLazily(request);
  const header = { ...spec.header, ...parseJws(valueAt(parsed, spec.at) ?? '')?.header, alg: spec.algorithm };
  const head = `${encodeJsonPart(header)}.`;
  const text = signedText(parsed, header, head, spec);
  if (!text) throw new UserError('failed', 'The request lacks a part that the signature covers.');
  const signature = signJws(spec.algorithm, text, secret);
  if (signature === undefined) {
    throw new UserError('secret-missing', `The secret is not ${keyKind(spec.algorithm)}.`);
  }
  return withValueAt(request, spec.at, `${head}.${signature}`);
}
