/**
 * The place where a tunnel tells the sender's address so that the sender can't make it up: none, the connection itself,
 * the last entry of X-Forwarded-For, or a header that the tunnel sets itself.
 */
export type AddressSource = 'none' | 'socket' | 'x-forwarded-for' | { readonly header: string };
