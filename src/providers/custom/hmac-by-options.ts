import { UserError } from '../../model/errors.ts';
import { option, phrase } from '../../model/phrase.ts';
import { defineProvider } from '../core/define-provider.ts';
import type { Provider } from '../core/provider.ts';
import type { Scheme } from '../core/scheme.ts';
import { unchecked } from '../core/verdict.ts';
import { providerFromDefinition } from './definition.ts';

/** Options of the provider `hmac`, with their help. */
export const hmacOptions = {
  header: 'header with the signature',
  algorithm: 'sha256 (default), sha1, sha384, sha512 or md5',
  encoding: 'hex (default), base64 or base64url',
  prefix: 'prefix of the signature, such as sha256=',
  template: 'signed text: {body} (default) or, for example, {timestamp}.{body}; \\n is a line break',
  timestamp: 'header with the timestamp',
  tolerance: 'maximum age of the timestamp in seconds',
  key: 'form of the secret: text (default), hex, base64 or "base64 after PREFIX"',
} as const;

/** Creates the provider `hmac` from its options. Throws a UserError for invalid options. */
export function hmacFromOptions(options: Readonly<Record<string, string>>): Provider {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(hmacOptions, name));
  if (unknown !== undefined) {
    throw new UserError(
      'usage',
      `Provider hmac has no option ${unknown}.`,
      `Its options are ${Object.keys(hmacOptions).join(', ')}.`,
    );
  }
  const { header, algorithm, encoding, prefix, template, timestamp, tolerance, key } = options;
  if (header === undefined) {
    throw new UserError(
      'usage',
      'Provider hmac needs the option header.',
      phrase`Example: ${option('providerOption', 'header=X-Signature')} ${option('providerOption', 'encoding=hex')}`,
    );
  }
  const seconds = tolerance === undefined ? undefined : Number(tolerance);
  const clock = (timestamp !== undefined || seconds !== undefined) && {
    ...(timestamp !== undefined && { at: `header:${timestamp}` }),
    ...(seconds !== undefined && { tolerance: seconds }),
  };
  const definition = {
    name: 'hmac',
    title: 'HMAC by options',
    hmac: {
      at: `header:${header}`,
      ...(algorithm !== undefined && { algorithm }),
      ...(encoding !== undefined && { encoding }),
      ...(prefix !== undefined && { envelope: prefix }),
      ...(template !== undefined && { message: template.replaceAll('\\n', '\n') }),
      ...(key !== undefined && { key }),
      ...(clock && { clock }),
    },
  };
  try {
    return providerFromDefinition(definition);
  } catch (error) {
    throw error instanceof UserError ? asOption(error) : error;
  }
}

/** Rewrites an error in a definition as an error in the options. */
function asOption(error: UserError): UserError {
  const what = error.message
    .replace(/^.*provider hmac: hmac\.?/, '')
    .replace(/^message/, 'template')
    .replace(/^clock has a tolerance that/, 'tolerance');
  const hints = Object.entries(hmacOptions).map(([name, meaning]) => `${name}: ${meaning}`);
  return new UserError('usage', `Invalid options of provider hmac: ${what}`, hints.join('; '), {
    cause: error,
  });
}

const scheme: Scheme = {
  kind: 'HMAC by options',
  needs: 'secret',
  options: ['header'],
  checkOptions: (options) => void hmacFromOptions(options),
  signatureAt: [],
  signsUrl: true,
  signsWith: 'secret',
  verify(parsed, context) {
    const { options } = context;
    if (options['header'] === undefined) {
      return unchecked('no-option', 'the option header is not set: it names the header with the signature');
    }
    return hmacFromOptions(options).scheme.verify(parsed, context);
  },
  sign: (request, context) => hmacFromOptions(context.options).scheme.sign!(request, context),
};

/** Any other provider that signs with HMAC; its signature is described by options. */
export const hmacByOptions = defineProvider({
  name: 'hmac',
  title: 'Any HMAC',
  detect: [],
  scheme,
  source: 'https://www.rfc-editor.org/rfc/rfc2104',
  note: `for providers that are not in this list: --provider-option ${Object.keys(hmacOptions).join('=, ')}=`,
});
