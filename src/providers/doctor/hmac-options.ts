import { option, phrase } from '../../model/phrase.ts';
import { parseLazily, type SignableRequest } from '../request/parsed-request.ts';
import { type HmacSpec, hmac } from '../schemes/hmac.ts';
import type { SignatureFormat } from '../signature/signature-format.ts';
import type { Hypothesis } from './diagnosis.ts';

type Options = Readonly<Record<string, string>>;

const algorithms = ['sha256', 'sha1', 'sha512', 'sha384', 'md5'] as const;
const encodings = ['hex', 'base64', 'base64url'] as const;
const keys = ['text', 'base64 after whsec_', 'hex'] as const;

/** Other options of `--provider hmac` with which the signature may be valid, judged by the signature's header. */
export function* hmacHypotheses(request: SignableRequest, options: Options): Generator<Hypothesis> {
  const { header } = options;
  const value = header === undefined ? undefined : parseLazily(request).header(header)[0];
  if (header === undefined || value === undefined) return;
  for (const { envelope, prefix, messages } of formatsOf(value, options)) {
    for (const message of messages) {
      for (const algorithm of algorithms) {
        for (const encoding of encodings) {
          for (const key of keys) {
            const at = `header:${header}`;
            const clock = options['timestamp'] === undefined ? {} : { clock: clockOf(options['timestamp']) };
            const variant: HmacSpec = { at, algorithm, encoding, key, envelope, message, ...clock };
            const found = {
              algorithm,
              encoding,
              key,
              ...(prefix !== undefined && { prefix }),
              template: message,
            };
            yield { ...describe(header, envelope, found, options), scheme: hmac(variant) };
          }
        }
      }
    }
  }
}

function clockOf(header: string) {
  return { at: `header:${header}`, unit: 's' as const };
}

interface HeaderFormat {
  readonly envelope: SignatureFormat;
  /** The prefix as an option; undefined if no option describes the format. */
  readonly prefix: string | undefined;
  readonly messages: readonly string[];
}

/** Formats of the signature's header: bare, after a word, or as `name=value` pairs with a timestamp. */
function formatsOf(value: string, options: Options): HeaderFormat[] {
  const dated = ['{timestamp}.{body}', '{timestamp}:{body}', '{timestamp}{body}', 'v0:{timestamp}:{body}'];
  const own = options['template'] === undefined ? [] : [options['template'].replaceAll('\\n', '\n')];
  const messages = [...own, '{body}', ...(options['timestamp'] === undefined ? [] : dated)];
  const word = /^[\w-]{1,16}[=:,] ?(?=.)/.exec(value)?.[0];
  const shapes = ['', ...(word === undefined ? [] : [word])].map((prefix) => ({
    envelope: { prefix },
    prefix,
    messages,
  }));
  const pairs = /[,;]/.exec(value)?.[0];
  const names = pairs === undefined ? [] : value.split(pairs).map((pair) => /^\s*([\w-]+)=(.*)$/.exec(pair));
  const timestamp = names.find((pair) => /^\d{10,13}$/.test(pair?.[2] ?? ''))?.[1];
  if (pairs === undefined || timestamp === undefined) return shapes;
  const signatures = names.flatMap((pair) => (pair && pair[1] !== timestamp ? [pair[1]!] : []));
  const lists = [...new Set(signatures)].slice(0, 4).map((signature) => ({
    envelope: { fields: pairs, signature, timestamp },
    prefix: undefined,
    messages: [...dated, '{body}'],
  }));
  return [...shapes, ...lists];
}

const defaults: Options = {
  algorithm: 'sha256',
  encoding: 'hex',
  key: 'text',
  prefix: '',
  template: '{body}',
};

/** The options that must be changed. */
function describe(header: string, envelope: SignatureFormat, found: Options, options: Options): Hypothesis {
  const differs = Object.entries(found).filter(
    ([name, value]) => (options[name] ?? defaults[name]) !== value,
  );
  if (!('prefix' in envelope)) {
    const { algorithm, encoding, key, template: message } = found;
    const own = { at: `header:${header}`, algorithm, encoding, key, envelope, message };
    return {
      cause: 'hmac-options',
      message: `The header has name=value pairs, and the signed text is ${message}.`,
      hint: phrase`No option covers this; define a provider: ${option('defineProvider', `'${JSON.stringify({ name: 'mine', hmac: own })}'`)}.`,
    };
  }
  const settings = differs.map(([name, value]) => `${name}=${value}`);
  return {
    cause: 'hmac-options',
    message: `The signature is valid with ${settings.join(', ')}.`,
    hint: [
      'Give ',
      ...settings.flatMap((each, index) => [index > 0 ? ' ' : '', option('providerOption', `'${each}'`)]),
      '.',
    ],
  };
}
