import { printable } from '../format/printable.ts';
import { countText } from '../format/size.ts';
import type { StyledLine } from '../format/styled.ts';
import { cut, textWidth } from '../format/width.ts';
import type { View } from './feed.ts';
import type { Field } from './field.ts';
import { barKeys } from './keymap.ts';
import type { Key } from './keys.ts';
import { isLong } from './long-notice.ts';
import type { Prompt, Purpose } from './state.ts';

/** What is asked, or the keys that can act now, and the answer to the last one. */
export function footerLine(view: View, colour: boolean): StyledLine {
  const { prompt } = view.state;
  if (prompt?.type === 'field') return fieldLine(view, prompt, colour);
  if (prompt?.type === 'palette')
    return withField(view, ': ', prompt.field, 'Enter does it, Esc does nothing', colour);
  if (prompt?.type === 'reply') return replyLine(view, prompt, colour);
  if (prompt?.type === 'menu') return menuLine(view, prompt.menu);
  return keysAndNotice(view);
}

function keysAndNotice(view: View): StyledLine {
  const { state, layout, newBelow } = view;
  const width = layout.columns;
  const notice = isLong(state) ? undefined : state.notice;
  const counter = layout.size === 'small' && newBelow > 0 ? `G ${newBelow} new` : '';
  const told = notice ?? (counter === '' ? undefined : { tone: 'strong' as const, text: counter });
  if (!told) return keyBar(view, width - 2);
  const text = cut(told.text, width - 2);
  const room = width - textWidth(text) - 4;
  // While a sender waits at the breakpoint, what can be done comes before what was said.
  if (room < 30 && state.live.stopped && layout.size === 'small') return keyBar(view, width - 2);
  const bar = room >= 30 ? keyBar(view, room) : [['plain', ' '] as const];
  const used = bar.reduce((sum, [, part]) => sum + textWidth(part), 0);
  const gap = bar.length > 1 ? Math.max(1, width - 1 - used - textWidth(text)) : 0;
  return [...bar, ['plain', ' '.repeat(gap)], [told.tone, text]];
}

/** As many keys as fit, the help's among them whatever else does not. */
function keyBar({ state, keymap, layout }: View, columns: number): StyledLine {
  // What can be done at the breakpoint stands in the header, where there is room for it.
  const isElsewhere = ({ group }: Key) => group === 'stopped' && layout.size !== 'small';
  const all = barKeys(keymap, state, (key) => !isElsewhere(key));
  const help = keymap.label('help');
  const isHelp = ({ label }: { label: string }) => label === help;
  const spans: StyledLine[] = [];
  const helpWidth = all
    .filter(isHelp)
    .reduce((sum, { label, text }) => sum + label.length + text.length + 4, 0);
  let used = 0;
  for (const each of all) {
    const width = each.label.length + 1 + each.text.length + 3;
    const reserved =
      isHelp(each) || spans.some(([[, label] = ['', '']]) => label === ` ${help}`) ? 0 : helpWidth;
    if (used + width - 3 + reserved > columns) continue;
    used += width;
    spans.push([
      ['key', ` ${each.label}`],
      ['plain', ` ${each.text}  `],
    ]);
  }
  return spans.flat();
}

function menuLine(view: View, menu: 'copy' | 'export'): StyledLine {
  return [
    ['strong', ` ${menu}:`],
    ...keyBar(view, view.layout.columns - 20),
    ['key', ' Esc'],
    ['plain', ' nothing'],
  ];
}

function replyLine(view: View, { status, field }: Extract<Prompt, { type: 'reply' }>, colour: boolean) {
  const [question, hint] = replyQuestion(status);
  const remark = view.state.notice ?? { tone: 'dim', text: hint };
  return withField(view, question, field, remark.text, colour, remark.tone);
}

/** What is asked for a reply at the breakpoint. */
export function replyQuestion(status: number | undefined): readonly [question: string, hint: string] {
  if (status === undefined) return ['reply with status: ', 'Enter picks it, Esc does nothing'];
  return [`reply ${status}, body (optional): `, 'Enter replies, Esc does nothing'];
}

/** What is asked before a field, and what is said of what goes into it. */
export const questions: Readonly<Record<Purpose, readonly [question: string, hint: string]>> = {
  filter: ['/ ', 'a word, or path:/stripe/* event:charge.* -method:GET'],
  search: ['find: ', 'Enter keeps it, then n and N; Esc ends it'],
  target: ['replay to: ', '3000, :3000/hooks or http://host/base'],
  trigger: ['trigger: ', 'a provider and an event, such as github push'],
  break: ['stop what matches: ', 'Enter on nothing: every request'],
  'stop-next': ['stop only the next: ', 'a number of requests'],
};

function fieldLine(view: View, prompt: Extract<Prompt, { type: 'field' }>, colour: boolean): StyledLine {
  const [question, hint] = questions[prompt.purpose];
  const notice = isLong(view.state) ? undefined : view.state.notice;
  const remark = notice ??
    (prompt.purpose === 'filter' ? filterRemark(view) : undefined) ?? { tone: 'dim', text: hint };
  return withField(view, question, prompt.field, remark.text, colour, remark.tone);
}

function filterRemark({ filter }: View) {
  if (!filter) return undefined;
  if (filter.error !== undefined) return { tone: 'warn', text: filter.error } as const;
  return { tone: 'dim', text: filterText(filter) } as const;
}

/** How many requests a filter has found. */
export function filterText({ found, scanned, complete }: NonNullable<View['filter']>): string {
  const matches = `${countText(found)} of ${countText(scanned)}`;
  return complete ? `${matches} match` : `${matches} match so far …`;
}

/** A question, the field with its cursor, and what is to be said on it at the right. */
function withField(
  { layout }: View,
  question: string,
  { text, cursor }: Field,
  remark: string,
  colour: boolean,
  tone: StyledLine[number][0] = 'dim',
): StyledLine {
  const before = printable(text.slice(0, cursor));
  const [at = ' '] = [...text.slice(cursor)];
  const after = printable(text.slice(cursor + at.length));
  // The end of a long text is what is being written.
  const room = Math.max(4, layout.columns - question.length - 4);
  const shown = textWidth(before) > room - 2 ? `…${[...before].slice(-(room - 3)).join('')}` : before;
  const cursorSpan: StyledLine = colour
    ? [['selected', printable(at)]]
    : [['plain', `▏${at === ' ' ? '' : printable(at)}`]];
  const rest = cut(after, Math.max(0, room - textWidth(shown) - 2));
  const used = 1 + question.length + textWidth(shown) + 1 + textWidth(rest);
  const forRemark = layout.columns - used - 3;
  const told = forRemark >= 12 ? cut(remark, forRemark) : '';
  const gap = Math.max(0, layout.columns - 1 - used - textWidth(told));
  return [
    ['key', ` ${question}`],
    ['plain', shown],
    ...cursorSpan,
    ['plain', rest + ' '.repeat(gap)],
    [tone, told],
  ];
}
