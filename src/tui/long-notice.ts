import { textWidth } from '../format/width.ts';
import type { State } from './state.ts';

/** Whether what was last said is too long for the last line, so that it stands below the header. */
export function isLong({ notice, prompt, columns }: State): boolean {
  if (!notice) return false;
  const room = prompt?.type === 'field' ? Math.floor(columns / 2) : columns - 2;
  return textWidth(notice.text) > room;
}
