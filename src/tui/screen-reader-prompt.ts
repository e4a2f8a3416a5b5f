import { plainText } from '../format/styled.ts';
import { questionOf } from './footer/questions.ts';
import { firstLabel, type Keymap } from './input/keymap.ts';
import { choiceText, chosenOf, pickerMatches } from './overlay/picker.ts';
import { type SecretPrompt, secretPromptLines } from './overlay/secret-prompt.ts';
import type { PickerPrompt, Prompt } from './state/state.ts';

/** Choices that are listed at once. */
const maxListed = 20;

/** Choices that are named while the user types. */
const maxNamed = 5;

/** What is new about the open prompt since `last`: its question and its choices, then only what changed. */
export function promptNews(prompt: Prompt, last: Prompt | undefined, keymap: Keymap): readonly string[] {
  if (!last || keyOf(last) !== keyOf(prompt)) return openedPrompt(prompt, keymap);
  if (prompt.type === 'picker' && last.type === 'picker') return pickerNews(prompt, last);
  const isNewError = prompt.type === 'field' && last.type === 'field' && prompt.error !== last.error;
  return isNewError && prompt.error !== undefined ? [prompt.error] : [];
}

function keyOf(prompt: Prompt): string {
  if (prompt.type === 'menu') return prompt.menu;
  if (prompt.type === 'secret') return `secret ${prompt.secret.provider} ${JSON.stringify(prompt.purpose)}`;
  return prompt.type === 'reply'
    ? `reply ${prompt.status}`
    : `${prompt.type} ${JSON.stringify(prompt.purpose)}`;
}

function openedPrompt(prompt: Prompt, keymap: Keymap): readonly string[] {
  if (prompt.type === 'menu')
    return [`${prompt.menu} what? Esc cancels.`, ...menuChoices(prompt.menu, keymap)];
  const { question, hint } = questionOf(prompt, keymap);
  const suggested = prompt.field.isSuggestion ? ` ${prompt.field.text}` : '';
  const text = `${question.trim()}${suggested} (${hint})`;
  if (prompt.type === 'secret') return [...secretLines(prompt), text];
  return prompt.type === 'picker' ? [text, ...listed(prompt)] : [text];
}

function secretLines(prompt: SecretPrompt): readonly string[] {
  return secretPromptLines(prompt, { columns: 100, bodyRows: 60, size: 'small' }).map(plainText);
}

function menuChoices(menu: 'copy' | 'export', keymap: Keymap): readonly string[] {
  return keymap.keys
    .filter(({ context }) => context === menu)
    .map((key) => `${firstLabel(key)}  ${key.help}`);
}

function listed(prompt: PickerPrompt): readonly string[] {
  const { choices, advice } = pickerMatches(prompt);
  if (advice !== undefined) return [advice];
  const more = choices.length - maxListed;
  return [
    ...choices.slice(0, maxListed).map(choiceText),
    ...(more > 0 ? [`${more} more: type to show fewer.`] : []),
  ];
}

function pickerNews(prompt: PickerPrompt, last: PickerPrompt): readonly string[] {
  if (prompt.choices !== last.choices) return listed(prompt);
  const { text } = prompt.field;
  const isCleared = last.field.isSuggestion && text === '';
  if (text !== last.field.text && !isCleared) {
    const found = foundText(prompt);
    return found === foundText(last) ? [] : [found];
  }
  const chosen = chosenOf(prompt);
  return prompt.row === last.row || !chosen ? [] : [`selected: ${choiceText(chosen)}`];
}

function foundText(prompt: PickerPrompt): string {
  const { choices, advice } = pickerMatches(prompt);
  if (advice !== undefined) return advice;
  const named = choices.slice(0, maxNamed).map(({ name }) => name);
  const verb = choices.length === 1 ? 'matches' : 'match';
  return `${choices.length} ${verb}: ${named.join(', ')}${choices.length > maxNamed ? ', …' : ''}`;
}
