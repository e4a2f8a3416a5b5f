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

/** What proves the sender can be asked of the vendor alone. */
export function askTheVendor(because: string): Scheme {
  return {
    kind: 'asked of the vendor',
    needs: 'nothing',
    signatureAt: [],
    verify: () => unchecked('needs-network', because),
  };
}
