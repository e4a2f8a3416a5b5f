import { printable } from '../../format/printable.ts';
import { lineWidth, type StyledLine } from '../../format/styled.ts';
import { cut, cutWords, textWidth } from '../../format/width.ts';
import { type BarKey, barKeys, type Keymap } from '../input/keymap.ts';
import type { Key } from '../input/keys.ts';
import { type FilterStatus, filterText } from '../list/row-source.ts';
import { dottedField } from '../overlay/secret-prompt.ts';
import { isLongNotice, type Layout, promptErrorLines } from '../state/layout.ts';
import type { Notice, Prompt, State } from '../state/state.ts';
import type { TextField } from '../state/text-field.ts';
import { questionOf } from './questions.ts';

/** The footer as it is drawn. */
export interface FooterModel {
  readonly state: State;
  readonly layout: Layout;
  readonly keymap: Keymap;
  readonly newBelow: number;
  readonly filter: FilterStatus | undefined;
}

/** The reason why the open prompt does not accept its text, if there is one, and the last line. */
export function footerLines(model: FooterModel, colour: boolean): readonly StyledLine[] {
  const errors = promptErrorLines(model.state).map((text): StyledLine => [['bad', ` ${text}`]]);
  return [...errors, footerLine(model, colour)];
}

/** The open prompt, or the key bar and the notice. */
function footerLine(model: FooterModel, colour: boolean): StyledLine {
  const { prompt } = model.state;
  switch (prompt?.type) {
    case 'field':
      return fieldLine(model, prompt, colour);
    case 'picker':
    case 'reply':
    case 'secret':
      return questionLine(model, prompt, colour);
    case 'menu':
      return menuLine(model, prompt.menu);
    default:
      return keysAndNotice(model);
  }
}

/** Below this width the notice stands alone. */
const minBarColumns = 30;

function keysAndNotice(model: FooterModel): StyledLine {
  const { state, layout } = model;
  const width = layout.columns;
  const shown = noticeOf(state) ?? newRowsNotice(model);
  if (!shown) return keyBar(model, width - 2);
  const text = cutWords(shown.text, width - 2);
  const room = width - textWidth(text) - 4;
  // While a sender waits at the breakpoint, its keys are more important than the notice.
  if (room < minBarColumns && state.live.intercepted && layout.size === 'small')
    return keyBar(model, width - 2);
  const bar: StyledLine = room >= minBarColumns ? keyBar(model, room) : [['plain', ' ']];
  const gap = bar.length > 1 ? Math.max(1, width - 1 - lineWidth(bar) - textWidth(text)) : 0;
  return [...bar, ['plain', ' '.repeat(gap)], [shown.tone, text]];
}

/** The notice, unless it is too long for the footer: then the header shows it. */
function noticeOf(state: State): Notice | undefined {
  return isLongNotice(state) ? undefined : state.notice;
}

/** A small screen has no line below the list to say this. */
function newRowsNotice({ layout, newBelow, keymap }: FooterModel): Notice | undefined {
  if (layout.size !== 'small' || newBelow === 0) return undefined;
  return { tone: 'strong', text: `${keymap.keyOf('last')} ${newBelow} new` };
}

/** As many keys as fit, the help's always among them. */
function keyBar({ state, keymap, layout }: FooterModel, columns: number): StyledLine {
  // Larger screens show the keys of the breakpoint in the header.
  const isInHeader = ({ group }: Key) => group === 'breakpoint' && layout.size !== 'small';
  const all = barKeys(keymap, state, (key) => !isInHeader(key));
  const helpLabel = keymap.keyOf('help');
  const help = all.find(({ label }) => label === helpLabel);
  const widthOf = ({ label, text }: BarKey) => label.length + text.length + 4;
  const spans: StyledLine[] = [];
  let used = 0;
  let reserved = help ? widthOf(help) : 0;
  for (const each of all) {
    if (used + widthOf(each) - 3 + (each === help ? 0 : reserved) > columns) continue;
    if (each === help) reserved = 0;
    used += widthOf(each);
    spans.push([
      ['key', ` ${each.label}`],
      ['plain', ` ${each.text}  `],
    ]);
  }
  return spans.flat();
}

function menuLine(model: FooterModel, menu: 'copy' | 'export'): StyledLine {
  return [
    ['strong', ` ${menu}:`],
    ...keyBar(model, model.layout.columns - 20),
    ['key', ' Esc'],
    ['plain', ' cancel'],
  ];
}

type PromptOf<T extends Prompt['type']> = Extract<Prompt, { type: T }>;

function questionLine(
  model: FooterModel,
  prompt: PromptOf<'picker' | 'reply' | 'secret'>,
  colour: boolean,
): StyledLine {
  const { question, hint } = questionOf(prompt, model.keymap);
  const remark = noticeOf(model.state) ?? { tone: 'dim', text: hint };
  const field = prompt.type === 'secret' ? dottedField(prompt.field) : prompt.field;
  return promptLine(model, { question, remark }, field, colour);
}

function fieldLine(model: FooterModel, prompt: PromptOf<'field'>, colour: boolean): StyledLine {
  const { question, hint } = questionOf(prompt, model.keymap);
  const progress = prompt.purpose === 'filter' ? filterRemark(model) : undefined;
  const remark = noticeOf(model.state) ?? progress ?? { tone: 'dim', text: hint };
  return promptLine(model, { question, remark }, prompt.field, colour);
}

function filterRemark({ filter }: FooterModel): Notice | undefined {
  if (!filter) return undefined;
  if (filter.error !== undefined) return { tone: 'warn', text: filter.error };
  return { tone: 'dim', text: filterText(filter) };
}

interface AskedLine {
  readonly question: string;
  /** At the right, if there is room. */
  readonly remark: Notice;
}

/** A question, the field with its cursor, and a remark. */
function promptLine(
  { layout }: FooterModel,
  { question, remark }: AskedLine,
  field: TextField,
  colour: boolean,
): StyledLine {
  const { text, cursor } = field;
  const before = printable(text.slice(0, cursor));
  const [at = ' '] = [...text.slice(cursor)];
  const after = printable(text.slice(cursor + at.length));
  // A long text is cut at its beginning, because its end is being typed.
  const room = Math.max(4, layout.columns - question.length - 4);
  const shown = textWidth(before) > room - 2 ? `…${[...before].slice(-(room - 3)).join('')}` : before;
  const cursorSpan: StyledLine = colour
    ? [['selected', printable(at)]]
    : [['plain', `▏${at === ' ' ? '' : printable(at)}`]];
  // The brackets say without colour that typing replaces the text.
  const typed: StyledLine = field.isSuggestion
    ? [['selected', `[${shown}]`]]
    : [['plain', shown], ...cursorSpan];
  const rest = cut(after, Math.max(0, room - textWidth(shown) - 2));
  const used = 1 + question.length + lineWidth(typed) + textWidth(rest);
  const forRemark = layout.columns - used - 3;
  const remarkText = forRemark >= 12 ? cutWords(remark.text, forRemark) : '';
  const gap = Math.max(0, layout.columns - 1 - used - textWidth(remarkText));
  return [['key', ` ${question}`], ...typed, ['plain', rest + ' '.repeat(gap)], [remark.tone, remarkText]];
}
