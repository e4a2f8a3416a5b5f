/** The Host header for a target: as received, the target's own, or a given name. */
export type HostHeader = 'keep' | 'rewrite' | { readonly name: string };
