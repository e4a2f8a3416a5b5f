import { targetArgument, targetName } from '../../format/target-name.ts';
import type { Choice } from '../state/choice.ts';
import { suggestionField } from '../state/text-field.ts';
import type { Controls } from './controls.ts';

/** Asks for the target of a replay: that of the session, those used before, newest first, or a new one. */
export function openTargetPicker({ session, store, change }: Controls): void {
  const current = session.target?.href;
  const recent = store.recentTargets().filter((href) => href !== current);
  const choices = [
    ...(current === undefined ? [] : [choiceOf(current, 'target of this session')]),
    ...recent.map((href) => choiceOf(href, 'used before')),
  ];
  const field = suggestionField(current === undefined ? '' : targetArgument(current));
  change({
    type: 'prompt',
    prompt: { type: 'picker', purpose: { type: 'target' }, choices, field, row: 0 },
  });
}

function choiceOf(href: string, text: string): Choice {
  return { value: href, name: targetName(href), text };
}
