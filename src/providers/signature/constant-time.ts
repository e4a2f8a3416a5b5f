import { timingSafeEqual } from 'node:crypto';

/** Whether two texts are the same, in a time that tells no more than whether they are as long. */
export function equalInConstantTime(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one, 'utf8'), Buffer.from(other, 'utf8')];
  return first.length === second.length && timingSafeEqual(first, second);
}
