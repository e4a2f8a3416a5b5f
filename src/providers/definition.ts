import { UserError } from '../model/errors.ts';
import type { Clock } from './clock.ts';
import type { Encoding } from './encoding.ts';
import type { Envelope } from './envelope.ts';
import type { KeyForm } from './key.ts';
import type { Provider } from './provider.ts';
import type { Scheme } from './scheme.ts';
import { type Hmac, hmac } from './schemes/hmac.ts';
import { token } from './schemes/token.ts';

const algorithms = ['sha1', 'sha256', 'sha384', 'sha512', 'md5'] as const;
const encodings = ['hex', 'HEX', '0x hex', 'base64', 'base64url', 'base64url='] as const;
const units = ['s', 'ms', 'us', 'iso'] as const;

/** What a scheme by HMAC or by a shared token is made of, as the user writes it. */
const schemeFields = {
  scheme: 'hmac (unless given), hash or token',
  header: 'the header with the signature or token',
  at: 'its place, where that is no header: json:path, form:name, query:name',
  algorithm: `${algorithms.join(', ')}; sha256 unless given`,
  encoding: `${encodings.join(', ')}; hex unless given`,
  prefix: 'what stands before the signature, such as sha256=',
  fields: 'where the header is name=value pairs: separator, signature and timestamp, such as , v1 t',
  template: 'what is signed, such as {timestamp}.{body}; {body} unless given',
  key: 'how the secret becomes a key: text (unless given), hex, base64, or base64 after a prefix',
  timestampHeader: 'the header with the timestamp',
  unit: `of the timestamp: ${units.join(', ')}; s unless given`,
  tolerance: 'seconds that it may be old',
} as const;

const providerFields = {
  name: 'lower-case letters, digits and dashes',
  title: 'its name for people',
  detect: 'traits by which it is known, such as header:X-Acme-Event; its signature unless given',
  event: 'the event type, such as {header:X-Acme-Event}',
  deliveryId: 'the id of a delivery, such as {json:id}',
  answerLimit: 'seconds that it waits for an answer',
  source: 'the page that says so',
  ...schemeFields,
} as const;

type Texts = Readonly<Record<string, string | undefined>>;

/**
 * A provider of the user's own from plain data, such as
 * `{ "name": "acme", "header": "X-Acme-Signature", "encoding": "base64" }`. Throws a UserError that says what is wrong.
 */
export function providerFromDefinition(definition: unknown): Provider {
  if (typeof definition !== 'object' || definition === null || Array.isArray(definition)) {
    throw bad('a provider is an object, such as { "name": "acme", "header": "X-Acme-Signature" }');
  }
  const given = definition as Readonly<Record<string, unknown>>;
  const { name } = given;
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9-]*$/.test(name)) {
    throw bad(`its name is ${JSON.stringify(name)}, and has to be ${providerFields.name}`);
  }
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(providerFields, key)) {
      throw bad(
        `${name}: there is no ${JSON.stringify(key)}`,
        `There are ${Object.keys(providerFields).join(', ')}.`,
      );
    }
  }
  const texts: Texts = Object.fromEntries(
    Object.keys(schemeFields).map((key) => [key, textOf(given[key], `${name}: ${key}`)]),
  );
  const scheme = schemeOf(texts, name);
  const limit = given['answerLimit'];
  return {
    name,
    title: textOf(given['title'], `${name}: title`) ?? name,
    detect: listOf(given['detect'], `${name}: detect`) ?? scheme.proof.slice(0, 1),
    event: listOf(given['event'], `${name}: event`) ?? [],
    deliveryId: listOf(given['deliveryId'], `${name}: deliveryId`) ?? [],
    scheme,
    source: textOf(given['source'], `${name}: source`) ?? 'your own definition',
    evidence: 'unconfirmed',
    ...(limit === undefined ? {} : { answerLimitMs: numberOf(String(limit), `${name}: answerLimit`) * 1000 }),
  };
}

/** A scheme that is described by options alone: header, algorithm, encoding, template and the like. */
export const customScheme: Scheme = {
  kind: 'HMAC by options',
  needs: 'secret',
  options: ['header'],
  checkOptions: (options) => void schemeOf(options, 'hmac'),
  proof: [],
  signsUrl: true,
  signsWith: 'secret',
  verify(reading, context) {
    const { header, at } = context.options;
    if (header === undefined && at === undefined) {
      const reason = '--option header=NAME says where the signature stands';
      return { result: 'unchecked', reason, code: 'no-option' };
    }
    return schemeOf(context.options, 'hmac').verify(reading, context);
  },
  sign: (request, context) => schemeOf(context.options, 'hmac').sign!(request, context),
};

/** Whatever is signed by HMAC and is nobody's that is known: said by options. */
export const customHmac: Provider = {
  name: 'hmac',
  title: 'Any HMAC',
  detect: [],
  event: [],
  deliveryId: [],
  scheme: customScheme,
  source: 'https://www.rfc-editor.org/rfc/rfc2104',
  evidence: 'text',
  note: `for what is not in this list: --option ${Object.keys(schemeFields).join('=, ')}=`,
};

function schemeOf(given: Texts, name: string): Scheme {
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(schemeFields, key)) {
      throw bad(`${name}: there is no option ${key}`, `There are ${Object.keys(schemeFields).join(', ')}.`);
    }
  }
  const { header, prefix, template, timestampHeader, scheme = 'hmac' } = given;
  const at = given['at'] ?? (header === undefined ? undefined : `header:${header}`);
  if (at === undefined) throw bad(`${name}: header says where its signature stands`);
  if (!/^(header|json|form|query):./.test(at))
    throw bad(`${name}: ${at} is no place: header:X-Name, json:path …`);
  if (scheme === 'token') return token({ at, ...(prefix === undefined ? {} : { prefix }) });
  if (scheme !== 'hmac' && scheme !== 'hash') throw bad(`${name}: scheme is ${schemeFields.scheme}`);
  const envelope = envelopeOf(given, name);
  const clock = clockOf(given, name);
  const how: Hmac = {
    at,
    algorithm: oneOf(algorithms, given['algorithm'] ?? 'sha256', `${name}: algorithm`),
    encoding: oneOf<Encoding>(encodings, given['encoding'] ?? 'hex', `${name}: encoding`),
    hash: scheme === 'hash',
    key: keyOf(given['key'] ?? 'text', name),
    ...(template === undefined ? {} : { message: checkedTemplate(template, name) }),
    ...(envelope === undefined ? {} : { envelope }),
    ...(clock === undefined ? {} : { clock }),
  };
  if (template?.includes('{timestamp}') && timestampHeader === undefined && given['fields'] === undefined) {
    throw bad(
      `${name}: the template has a timestamp, and nothing says where it stands: timestampHeader, or fields`,
    );
  }
  return hmac(how);
}

function envelopeOf({ prefix, fields }: Texts, name: string): Envelope | undefined {
  if (fields === undefined) return prefix === undefined ? undefined : { prefix };
  const [separator, signature, timestamp] = fields.trim().split(/\s+/);
  if (!separator || !signature) throw bad(`${name}: fields is ${schemeFields.fields}`);
  return { fields: separator, signature, ...(timestamp === undefined ? {} : { timestamp }) };
}

function clockOf({ timestampHeader, unit, tolerance, fields }: Texts, name: string): Clock | undefined {
  if (timestampHeader === undefined && fields === undefined) return undefined;
  return {
    unit: oneOf(units, unit ?? 's', `${name}: unit`),
    ...(timestampHeader === undefined ? {} : { at: `header:${timestampHeader}` }),
    ...(tolerance === undefined ? {} : { tolerance: numberOf(tolerance, `${name}: tolerance`) }),
  };
}

const places = /^(body|timestamp|secret|method|url|path|(header|json|form|query):[^{}]+)$/;

function checkedTemplate(template: string, name: string): string {
  for (const [, place] of template.matchAll(/\{([^{}]*)\}/g)) {
    if (places.test(place!)) continue;
    throw bad(
      `${name}: {${place}} in the template is no part of a request`,
      'Such as {body}, {timestamp}, {url}, {header:X-Name}.',
    );
  }
  return template;
}

function keyOf(text: string, name: string): KeyForm {
  if (text === 'text' || text === 'hex' || text === 'base64') return text;
  if (/^base64 after .+/.test(text)) return text as KeyForm;
  throw bad(`${name}: key is ${schemeFields.key}`);
}

function oneOf<const T extends string>(known: readonly T[], text: string, where: string): T {
  const found = known.find((each) => each === text);
  if (found !== undefined) return found;
  throw bad(`${where} is one of ${known.join(', ')}, not ${JSON.stringify(text)}`);
}

function textOf(value: unknown, where: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw bad(`${where} is a text, not ${JSON.stringify(value)}`);
}

function listOf(value: unknown, where: string): string[] | undefined {
  if (value === undefined) return undefined;
  const list = Array.isArray(value) ? value : [value];
  return list.map((each) => textOf(each, where) ?? '');
}

function numberOf(text: string, where: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw bad(`${where} is a number of seconds, not ${JSON.stringify(text)}`);
}

function bad(what: string, hint?: string): UserError {
  return new UserError('config', `The provider can't be read: ${what}.`, hint);
}
