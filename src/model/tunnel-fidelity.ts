/** What a tunnel can do to a request on its way, and to the response on its way back; the worst to lose first. */
export const fidelityAspects = [
  /** Body bytes of every value, their number, and the method. */
  'body',
  /** A body of 1 MB. */
  'largeBody',
  /** The request target as it is written: escapes, dots, double slashes, odd queries. */
  'path',
  /** Two headers of one name stay two. */
  'headerRepeats',
  /** Bytes above 127 in the value of a header. */
  'headerBytes',
  /** The status and the body bytes of a response. */
  'response',
  'headerOrder',
  /** Upper and lower case in the name of a header. */
  'headerCase',
  /** The same in a response. */
  'responseHeaderCase',
  /** A GET without a body gets none on the way. */
  'emptyBody',
  /** Browsers reach the listener, not a page of the tunnel's own first. */
  'browsers',
] as const;

export type FidelityAspect = (typeof fidelityAspects)[number];

/** `unknown`: it could not be measured. */
export type FidelityFinding = 'kept' | 'lost' | 'unknown';

/** What a tunnel keeps of a request and its response, as measured. */
export type TunnelFidelity = Readonly<Record<FidelityAspect, FidelityFinding>>;

/** Nothing is measured yet. */
export const unmeasured = Object.fromEntries(
  fidelityAspects.map((aspect) => [aspect, 'unknown']),
) as TunnelFidelity;

/** The aspects with this finding, the most important first. */
export function aspectsThatAre(finding: FidelityFinding, fidelity: TunnelFidelity): FidelityAspect[] {
  return fidelityAspects.filter((aspect) => fidelity[aspect] === finding);
}

/** True if requests and responses arrive as they were sent. What browsers meet does not count: they send no webhooks. */
export function isExact(fidelity: TunnelFidelity): boolean {
  return fidelityAspects.every((aspect) => aspect === 'browsers' || fidelity[aspect] === 'kept');
}

/** True if two measurements found the same. */
export function isSameFidelity(one: TunnelFidelity | null, other: TunnelFidelity | null): boolean {
  if (one === null || other === null) return one === other;
  return fidelityAspects.every((aspect) => one[aspect] === other[aspect]);
}
