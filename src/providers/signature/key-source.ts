import { UserError } from '../../model/errors.ts';
import { option, phrase } from '../../model/phrase.ts';
import type { Fetchable, Scheme, SchemeContext } from '../core/scheme.ts';
import { unchecked, type Verdict } from '../core/verdict.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';

/** Published keys or certificates of a vendor. */
export interface KeySource {
  /**
   * The URL of the keys for this request; undefined if the request names a URL that is not the vendor's, or if an option
   * that selects the keys is missing.
   */
  fetchable(parsed: ParsedRequest, options: SchemeContext['options']): Fetchable | undefined;
  /** The option with the host that publishes the keys of this customer. */
  readonly hostOption?: string;
  /** Throws a UserError for invalid options. */
  checkOptions?(options: SchemeContext['options']): void;
  /** The id of the key in a set that signed the request. */
  keyId?(parsed: ParsedRequest): string | undefined;
}

/** Keys at a fixed URL; their text is passed in the option `keys`. */
export function keysAtUrl(url: string, keyId?: (parsed: ParsedRequest) => string | undefined): KeySource {
  return { fetchable: () => ({ url, option: keysOption }), ...(keyId && { keyId }) };
}

/** Name of the option with the text of fetched keys. */
export const keysOption = 'keys';

/** A text with one or more keys; `secretIndex` is undefined if it was fetched. */
export interface KeyText {
  readonly text: string;
  readonly secretIndex: number | undefined;
}

/** Returns the texts with keys: configured ones, then the fetched one. */
export function keyTexts({ secrets, options }: SchemeContext, source?: KeySource): readonly KeyText[] {
  const given = secrets.map((text, secretIndex) => ({ text, secretIndex }));
  const fetched = source && options[keysOption];
  return fetched === undefined ? given : [...given, { text: fetched, secretIndex: undefined }];
}

/** The verdict if there is no key. */
export function missingKeyVerdict(
  parsed: ParsedRequest,
  { options }: SchemeContext,
  source?: KeySource,
): Verdict {
  const url = source?.fetchable(parsed, options)?.url;
  if (source?.hostOption !== undefined && options[source.hostOption] === undefined) {
    return unchecked('no-option', `neither a public key nor the option ${source.hostOption} is set`);
  }
  if (url === undefined) return unchecked('no-secret', 'no public key is configured');
  return unchecked('needs-network', `the public key must be fetched from ${url}`);
}

/** Keys at `path` of a host that the user sets, as a full host name, in an option. */
export function keysAtConfiguredHost(hostOption: string, path: string): KeySource {
  return {
    hostOption,
    fetchable(_reading, options) {
      const host = hostIn(options[hostOption]);
      return host === undefined ? undefined : { url: `https://${host}${path}`, option: keysOption };
    },
    checkOptions(options) {
      const text = options[hostOption];
      if (text === undefined || hostIn(text) !== undefined) return;
      throw new UserError(
        'usage',
        phrase`${option('providerOption', hostOption)}: ${JSON.stringify(text)} is not a host name.`,
        'Give a host name without path and port, such as acme.example.com.',
      );
    },
  };
}

/** `acme.example.com` or `https://acme.example.com`. */
function hostIn(text: string | undefined): string | undefined {
  const host = text?.replace(/^https:\/\//i, '').replace(/\/$/, '');
  return host !== undefined && /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*$/i.test(host)
    ? host.toLowerCase()
    : undefined;
}

/** The members of a scheme that its key source determines. */
export function keySourceMethods(keys: KeySource): Pick<Scheme, 'fetchable' | 'checkOptions'> {
  return {
    fetchable: (parsed, options) => keys.fetchable(parsed, options),
    ...(keys.checkOptions && { checkOptions: keys.checkOptions }),
  };
}
