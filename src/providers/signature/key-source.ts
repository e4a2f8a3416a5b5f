import { UserError } from '../../model/errors.ts';
import type { Fetchable, Scheme, SchemeContext } from '../core/scheme.ts';
import { unchecked, type Verdict } from '../core/verdict.ts';
import type { ParsedRequest } from '../request/parsed-request.ts';

/** Where a vendor publishes its keys or certificates. */
export interface KeySource {
  /**
   * The address for this request; undefined where the request names one that is not the vendor's, or where an option
   * that says whose keys they are is missing.
   */
  fetchable(parsed: ParsedRequest, options: SchemeContext['options']): Fetchable | undefined;
  /** The option that says at which host a vendor publishes the keys of this customer. */
  readonly hostOption?: string;
  /** Throws a UserError for options that make no sense. */
  checkOptions?(options: SchemeContext['options']): void;
  /** Which key of a set the request means. */
  keyId?(parsed: ParsedRequest): string | undefined;
}

/** Keys at a fixed address: their text is the option `keys`. */
export function keysAtUrl(url: string, keyId?: (parsed: ParsedRequest) => string | undefined): KeySource {
  return { fetchable: () => ({ url, option: keysOption }), ...(keyId && { keyId }) };
}

/** The option that fetched keys are given as. */
export const keysOption = 'keys';

export interface KeyText {
  readonly text: string;
  readonly secretIndex: number | undefined;
}

/** The texts that keys are read from: those configured, then what was fetched. */
export function keyTexts({ secrets, options }: SchemeContext, source?: KeySource): readonly KeyText[] {
  const given = secrets.map((text, secretIndex) => ({ text, secretIndex }));
  const fetched = source && options[keysOption];
  return fetched === undefined ? given : [...given, { text: fetched, secretIndex: undefined }];
}

/** The verdict where no key is at hand. */
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

/** Keys at `path` of a host that the user names, as a whole host name, in an option. */
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
        `--provider-option ${hostOption}: ${JSON.stringify(text)} is not a host name.`,
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

/** What of a scheme comes from its source of keys. */
export function keySourceMethods(keys: KeySource): Pick<Scheme, 'fetchable' | 'checkOptions'> {
  return {
    fetchable: (parsed, options) => keys.fetchable(parsed, options),
    ...(keys.checkOptions && { checkOptions: keys.checkOptions }),
  };
}
