import type { Scheme } from '../core/scheme.ts';
import { unchecked } from '../core/verdict.ts';

/** Nothing in the request proves who sent it; `because` says what one can do instead. */
export function unsigned(because: string): Scheme {
  return {
    kind: 'unsigned',
    needs: 'nothing',
    signatureAt: [],
    verify: () => unchecked('never-signed', because),
  };
}

/** What proves the sender can be verification by the provider alone. */
export function askTheVendor(because: string): Scheme {
  return {
    kind: 'verification by the provider',
    needs: 'nothing',
    signatureAt: [],
    verify: () => unchecked('needs-network', because),
  };
}
