import { UserError } from '../../model/errors.ts';
import type { Context, Scheme } from '../core/scheme.ts';
import { invalid, noSignature, unchecked, type Verdict, valid } from '../core/verdict.ts';
import { type Place, placeText, valueAt, valuesAt, withValueAt } from '../request/locator.ts';
import { type Incoming, type Reading, readingOf } from '../request/parsed-request.ts';
import {
  type JwsAlgorithm,
  type JwsToken,
  jsonPart,
  jwsHolds,
  jwsParts,
  jwsSignature,
  keyKind,
} from '../signature/jws.ts';
import { fetchingFrom, type KeySource, keyTexts, withoutKey } from '../signature/key-source.ts';

/** A JWS whose payload is left out and stands elsewhere in the request (RFC 7515, appendix F; RFC 7797). */
export interface DetachedJws {
  readonly at: Place;
  readonly algorithm: JwsAlgorithm;
  /** The payload is signed as it is, not in base64url (`"b64": false`). */
  readonly rawPayload?: boolean;
  /** The payload, the body unless given; undefined: this request has none. */
  payload?(reading: Reading, header: JwsToken['header']): Uint8Array | undefined;
  /** The header of a signature that we make. */
  readonly header?: Readonly<Record<string, unknown>>;
  readonly signsUrl?: boolean;
  readonly keys?: KeySource;
}

/** A detached JWS over the body or a part of the request. */
export function detachedJws(how: DetachedJws): Scheme {
  const { keys } = how;
  return {
    kind: `detached JWS (${how.algorithm})`,
    needs: 'public key',
    proof: [how.at],
    signsUrl: how.signsUrl ?? false,
    signsWith: 'key',
    verify: (reading, context) => verified(reading, how, context),
    sign: (request, context) => signed(request, how, context),
    ...(keys && fetchingFrom(keys)),
  };
}

function verified(reading: Reading, how: DetachedJws, context: Context): Verdict {
  const values = valuesAt(reading, how.at);
  const [value = ''] = values;
  if (value === '') return noSignature(`there is no signature in ${placeText(how.at)}`);
  if (values.length > 1) return invalid('doubled', `${placeText(how.at)} came twice`);
  const token = jwsParts(value);
  if (!token?.signedText.endsWith('.'))
    return invalid('malformed', `${placeText(how.at)} is no detached JWS`);
  if (token.header.alg !== how.algorithm)
    return invalid('malformed', `its algorithm is not ${how.algorithm}`);
  const text = signedText(reading, token.header, token.signedText, how);
  if (!text) return invalid('malformed', 'it lacks what its signature covers');
  const texts = keyTexts(context, how.keys);
  if (texts.length === 0) return withoutKey(reading, context, how.keys);
  let usable = false;
  for (const { text: keyText, secretIndex } of texts) {
    const held = jwsHolds(how.algorithm, text, token.signature, keyText, token.header.kid);
    if (held) return valid(secretIndex);
    usable ||= held === false;
  }
  if (!usable) return unchecked('bad-secret', `the key is not ${keyKind(how.algorithm)}`);
  return invalid('mismatch', 'the signature does not match');
}

/** `head` ends with a dot. */
function signedText(
  reading: Reading,
  header: JwsToken['header'],
  head: string,
  how: DetachedJws,
): Uint8Array | undefined {
  const payload = how.payload ? how.payload(reading, header) : reading.body;
  if (!payload) return undefined;
  const text = how.rawPayload ? payload : Buffer.from(Buffer.from(payload).toString('base64url'));
  return Buffer.concat([Buffer.from(head), text]);
}

function signed(request: Incoming, how: DetachedJws, { secrets: [secret = ''] }: Context): Incoming {
  const reading = readingOf(request);
  const header = { ...how.header, ...jwsParts(valueAt(reading, how.at) ?? '')?.header, alg: how.algorithm };
  const head = `${jsonPart(header)}.`;
  const text = signedText(reading, header, head, how);
  if (!text) throw new UserError('failed', 'The request lacks what its signature covers.');
  const signature = jwsSignature(how.algorithm, text, secret);
  if (signature === undefined) {
    throw new UserError('secret-missing', `The secret is not ${keyKind(how.algorithm)}.`);
  }
  return withValueAt(request, how.at, `${head}.${signature}`);
}
