import { defineProvider } from '../core/define-provider.ts';
import type { Matcher, Provider } from '../core/provider.ts';
import type { Scheme } from '../core/scheme.ts';
import { isLocator } from '../request/locator.ts';
import { templateLocators } from '../request/template.ts';
import { basicAuth } from '../schemes/basic-auth.ts';
import { type HmacSpec, hmac } from '../schemes/hmac.ts';
import { type PublicKeySpec, publicKeySignature } from '../schemes/public-key-signature.ts';
import { standardWebhooks } from '../schemes/standard-webhooks.ts';
import { token } from '../schemes/token.ts';
import type { Encoding } from '../signature/encoding.ts';
import type { KeyForm } from '../signature/key.ts';
import type { SignatureFormat } from '../signature/signature-format.ts';
import {
  allowOnly,
  definitionError,
  keywordIn,
  type Members,
  optional,
  optionalText,
  recordOf,
  textIn,
  textsOf,
} from './definition-members.ts';

const schemeKinds = ['hmac', 'publicKey', 'token', 'basicAuth', 'standardWebhooks'] as const;
const algorithms = ['sha1', 'sha256', 'sha384', 'sha512', 'md5'] as const;
const keyAlgorithms = [
  'ed25519',
  'rsa-sha1',
  'rsa-sha256',
  'rsa-sha512',
  'ecdsa-sha1',
  'ecdsa-sha256',
  'ecdsa-sha512',
] as const;
const encodings = [
  'hex',
  'HEX',
  '0x hex',
  'base64',
  'base64url',
  'base64url=',
] as const satisfies readonly Encoding[];
const units = ['s', 'ms', 'us', 'iso', 'iso without zone', 'http'] as const;

/**
 * Creates a provider from plain data with the members that the catalogue uses: `{ name, title?, detect?, event?, eventId?,
 * hmac: { at, encoding?, algorithm?, envelope?, message?, key?, clock?, hash? } }`, or `publicKey`, `token`,
 * `basicAuth` or `standardWebhooks` instead of `hmac`. Throws a UserError that names the invalid member.
 */
export function providerFromDefinition(value: unknown): Provider {
  const definition = recordOf(value, 'a provider');
  const name = textIn(definition, 'name', 'a provider');
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name))
    throw definitionError(
      `the name ${JSON.stringify(name)}`,
      'may contain only lower-case letters, digits and -',
    );
  const where = `provider ${name}`;
  allowOnly(
    definition,
    ['name', 'title', 'detect', 'event', 'eventId', 'replyDeadlineMs', 'note', 'source', ...schemeKinds],
    where,
  );
  const kinds = schemeKinds.filter((kind) => definition[kind] !== undefined);
  if (kinds.length !== 1) throw definitionError(where, `needs one of ${schemeKinds.join(', ')}`);
  const scheme = schemeOf(kinds[0]!, definition[kinds[0]!], where);
  const limit = definition.replyDeadlineMs;
  if (limit !== undefined && !(typeof limit === 'number' && limit > 0))
    throw definitionError(where, 'has a replyDeadlineMs that is not a positive number');
  return defineProvider({
    name,
    title: optionalText(definition, 'title', where) ?? name,
    scheme,
    event: templatesIn(definition, 'event', where),
    eventId: templatesIn(definition, 'eventId', where),
    ...(definition.detect !== undefined && { detect: matchersIn(definition.detect, where) }),
    ...(typeof limit === 'number' && { replyDeadlineMs: limit }),
    ...optional('note', optionalText(definition, 'note', where)),
    source: optionalText(definition, 'source', where) ?? 'your configuration',
    evidence: 'unconfirmed',
  });
}

function schemeOf(kind: (typeof schemeKinds)[number], value: unknown, where: string): Scheme {
  const at = `${where}: ${kind}`;
  if (kind === 'basicAuth') return basicAuth();
  const members = recordOf(value, at);
  switch (kind) {
    case 'hmac':
      return hmac(hmacOf(members, at));
    case 'publicKey':
      return publicKeySignature(publicKeyOf(members, at));
    case 'token':
      allowOnly(members, ['at', 'prefix'], at);
      return token({
        at: locatorIn(members, 'at', at),
        ...optional('prefix', optionalText(members, 'prefix', at)),
      });
    case 'standardWebhooks':
      allowOnly(members, ['prefix', 'key'], at);
      return standardWebhooks({
        prefix: optionalText(members, 'prefix', at) ?? 'webhook',
        ...optional('key', keyFormIn(members, at)),
      });
  }
}

function hmacOf(members: Members, at: string): HmacSpec {
  allowOnly(
    members,
    ['at', 'orAt', 'encoding', 'algorithm', 'envelope', 'message', 'key', 'clock', 'hash', 'mayRepeat'],
    at,
  );
  return {
    ...locationOf(members, at),
    encoding: keywordIn(members, 'encoding', encodings, at) ?? 'hex',
    ...optional('algorithm', keywordIn(members, 'algorithm', algorithms, at)),
    ...optional('key', keyFormIn(members, at)),
    ...(members.hash === true && { hash: true }),
  };
}

function publicKeyOf(members: Members, at: string): PublicKeySpec {
  allowOnly(
    members,
    ['at', 'orAt', 'encoding', 'algorithm', 'envelope', 'message', 'clock', 'mayRepeat'],
    at,
  );
  const algorithm = keywordIn(members, 'algorithm', keyAlgorithms, at);
  if (!algorithm) throw definitionError(at, `needs an algorithm: ${keyAlgorithms.join(', ')}`);
  return {
    ...locationOf(members, at),
    algorithm,
    encoding: keywordIn(members, 'encoding', encodings, at) ?? 'base64',
  };
}

/** Returns the members that both kinds of signature have. */
function locationOf(members: Members, at: string) {
  const orAt = members.orAt === undefined ? undefined : textsOf(members.orAt, `${at}.orAt`);
  for (const locator of orAt ?? [])
    if (!isLocator(locator)) throw definitionError(`${at}.orAt`, `has an invalid locator: ${locator}`);
  const message = optionalText(members, 'message', at);
  if (message !== undefined) checkTemplate(message, `${at}.message`);
  return {
    at: locatorIn(members, 'at', at),
    ...optional('orAt', orAt),
    ...optional('message', message),
    ...(members.envelope !== undefined && { envelope: formatOf(members.envelope, `${at}.envelope`) }),
    ...(members.clock !== undefined && { clock: timestampPolicyOf(members.clock, `${at}.clock`) }),
    ...(members.mayRepeat === true && { mayRepeat: true }),
  };
}

function formatOf(value: unknown, at: string): SignatureFormat {
  if (typeof value === 'string') return { prefix: value };
  const members = recordOf(value, at);
  allowOnly(members, ['prefix', 'list', 'fields', 'signature', 'timestamp', 'groups', 'parts', 'head'], at);
  if (members.fields !== undefined) {
    return {
      fields: textIn(members, 'fields', at),
      signature: textIn(members, 'signature', at),
      ...optional('timestamp', optionalText(members, 'timestamp', at)),
      ...optional('groups', optionalText(members, 'groups', at)),
    };
  }
  if (members.parts !== undefined) {
    return {
      parts: textIn(members, 'parts', at),
      head: members.head === undefined ? [] : textsOf(members.head, `${at}.head`),
    };
  }
  const prefix = optionalText(members, 'prefix', at) ?? '';
  const list = optionalText(members, 'list', at);
  return list === undefined ? { prefix } : { list, prefix };
}

function timestampPolicyOf(value: unknown, where: string) {
  const members = recordOf(value, where);
  allowOnly(members, ['at', 'unit', 'tolerance'], where);
  const { tolerance } = members;
  if (tolerance !== undefined && !(typeof tolerance === 'number' && tolerance >= 0)) {
    throw definitionError(where, 'has a tolerance that is not a number of seconds');
  }
  return {
    unit: keywordIn(members, 'unit', units, where) ?? ('s' as const),
    ...(members.at !== undefined && { at: locatorIn(members, 'at', where) }),
    ...(typeof tolerance === 'number' && { tolerance }),
  };
}

function keyFormIn(members: Members, at: string): KeyForm | undefined {
  const form = optionalText(members, 'key', at);
  if (form === undefined || form === 'text' || form === 'hex' || form === 'base64') return form;
  if (form.startsWith('base64 after ')) return `base64 after ${form.slice('base64 after '.length)}`;
  throw definitionError(`${at}.key`, 'is not text, hex, base64 or base64 after PREFIX');
}

function matchersIn(value: unknown, where: string): readonly Matcher[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((matcher: unknown) => {
    const texts = textsOf(matcher, `${where}.detect`);
    for (const text of texts) {
      const locator = text.replace(/^!/, '').split('=')[0]!;
      if (!isLocator(locator)) throw definitionError(`${where}.detect`, `has an invalid matcher: ${text}`);
    }
    return texts;
  });
}

function templatesIn(members: Members, name: string, where: string): readonly string[] {
  const templates = members[name] === undefined ? [] : textsOf(members[name], `${where}.${name}`);
  for (const template of templates) checkTemplate(template, `${where}.${name}`);
  return templates;
}

const templateNames = new Set(['body', 'timestamp', 'secret', 'sha256:hex', 'sha256:base64', 'sha256:raw']);

function checkTemplate(template: string, where: string): void {
  const wrong = templateLocators(template).find(
    (locator) => !templateNames.has(locator) && !isLocator(locator),
  );
  if (wrong !== undefined) throw definitionError(where, `has an invalid locator: {${wrong}}`);
}

function locatorIn(members: Members, name: string, where: string): string {
  const locator = textIn(members, name, where);
  if (!isLocator(locator))
    throw definitionError(`${where}.${name}`, `is not a locator such as header:X-Name: ${locator}`);
  return locator;
}
