import type { Reading } from './incoming.ts';
import type { Context, Fetchable } from './scheme.ts';
import { unchecked, type Verdict } from './verdict.ts';

/** Where a vendor publishes its keys or certificates. */
export interface KeySource {
  /** The address for this request; undefined where the request names one that is not the vendor's. */
  fetchable(reading: Reading): Fetchable | undefined;
  /** Which key of a set the request means. */
  keyId?(reading: Reading): string | undefined;
}

/** Keys at a fixed address: their text is the option `keys`. */
export function keysAt(url: string, keyId?: (reading: Reading) => string | undefined): KeySource {
  return { fetchable: () => ({ url, option: keysOption }), ...(keyId && { keyId }) };
}

/** The option that fetched keys are given as. */
export const keysOption = 'keys';

export interface KeyText {
  readonly text: string;
  readonly secretIndex: number | undefined;
}

/** The texts that keys are read from: those configured, then what was fetched. */
export function keyTexts({ secrets, options }: Context, source?: KeySource): readonly KeyText[] {
  const given = secrets.map((text, secretIndex) => ({ text, secretIndex }));
  const fetched = source && options[keysOption];
  return fetched === undefined ? given : [...given, { text: fetched, secretIndex: undefined }];
}

/** The verdict where no key is at hand. */
export function withoutKey(reading: Reading, source?: KeySource): Verdict {
  const url = source?.fetchable(reading)?.url;
  if (url === undefined) return unchecked('no-secret', 'no public key is configured');
  return unchecked('needs-network', `its key has to be fetched from ${url}`);
}
