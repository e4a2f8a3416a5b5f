import { option, type Phrase, phrase } from '../model/phrase.ts';
import { secretVariable } from '../model/secret-variable.ts';
import type { Provider } from '../providers/core/provider.ts';
import type { Report } from './verify.ts';

/** What to know and to do about a signature, for people. */
export interface SignatureAdvice {
  readonly message: string;
  readonly hint: string | Phrase;
  /** Lines on each framework, of a finding. */
  readonly details?: readonly string[] | undefined;
}

/**
 * The advice on a signature: the finding, or what to do where nothing explains the result, because it does not match, the
 * request is unsigned, no secret is configured, or the provider is not known. Undefined: there is nothing to add.
 */
export function signatureAdvice({ provider, verdict, finding }: Report): SignatureAdvice | undefined {
  if (finding) {
    const { message, hint, said, details } = finding;
    return { message, hint: said?.hint ?? hint, details };
  }
  if (!provider) {
    if (verdict.code !== 'unknown-provider') return undefined;
    return {
      message: 'The request has no header or field by which a provider is detected.',
      hint: phrase`Name its provider with ${option('providerPath', '/path=provider')}, or define one with ${option('defineProvider')}.`,
    };
  }
  const { title, scheme } = provider;
  switch (verdict.code) {
    case 'no-secret':
      return { message: `No ${scheme.needs} of ${title} is configured.`, hint: setSecretHint(provider) };
    case 'no-signature':
      if (scheme.needs === 'nothing') return undefined;
      return {
        message: `${title} signs its requests, and this one has no signature: it may be from another sender, or signing is off.`,
        hint: phrase`Set a ${scheme.needs} for this endpoint at ${title}, and the same one here. ${setSecretHint(provider)}`,
      };
    case 'mismatch':
      return {
        message: 'No known change of the body, the URL or the secret explains it.',
        hint: scheme.signsUrl
          ? phrase`Compare the ${scheme.needs} with the one of this endpoint at ${title}. ${title} also signs the URL that it called.`
          : `Most likely the ${scheme.needs} is another one: compare it with the one of this endpoint at ${title}.`,
      };
    default:
      return undefined;
  }
}

/** How to configure the secret of a provider. */
export function setSecretHint({ name }: Pick<Provider, 'name'>): Phrase {
  return phrase`Set it with ${option('secret', `${name}=env:NAME`)} or ${secretVariable(name)}.`;
}
