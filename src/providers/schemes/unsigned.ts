import type { Scheme } from '../core/scheme.ts';
import { unchecked } from '../core/verdict.ts';

/** Scheme of requests without a signature; `because` says what to do instead. */
export function unsigned(because: string): Scheme {
  return {
    kind: 'unsigned',
    needs: 'nothing',
    signatureAt: [],
    verify: () => unchecked('never-signed', because),
  };
}

/** Scheme of requests that only the provider itself can verify. */
export function askTheVendor(because: string): Scheme {
  return {
    kind: 'verification by the provider',
    needs: 'nothing',
    signatureAt: [],
    verify: () => unchecked('needs-network', because),
  };
}
