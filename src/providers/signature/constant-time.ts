import { timingSafeEqual } from 'node:crypto';

/** Compares two texts in constant time; only their lengths can leak. */
export function equalInConstantTime(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one, 'utf8'), Buffer.from(other, 'utf8')];
  return first.length === second.length && timingSafeEqual(first, second);
}
