/**
 * The reason why a recorded request must not be delivered: the sender's address, password, path token, rate or
 * signature; a body that is too large or was broken off; a loop; a path with a `.` or `..` segment; malformed HTTP.
 */
export const refusalCodes = [
  'ip',
  'password',
  'token',
  'rate',
  'signature',
  'too-large',
  'aborted',
  'loop',
  'path',
  'malformed',
] as const;

export type RefusalCode = (typeof refusalCodes)[number];
