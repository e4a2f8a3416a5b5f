import type { Keymap } from '../input/keymap.ts';
import { secretQuestion } from '../overlay/secret-prompt.ts';
import type { PickerPurpose } from '../state/choice.ts';
import type { FieldPurpose, Prompt } from '../state/state.ts';

/** What an open prompt asks. */
export interface Question {
  /** Stands before the field. */
  readonly question: string;
  /** What to type, and the keys that end the prompt. */
  readonly hint: string;
}

/** The question of a prompt, with the keys in force. */
export function questionOf(prompt: Exclude<Prompt, { type: 'menu' }>, keymap: Keymap): Question {
  const asked = askedBy(prompt, keymap);
  if (!prompt.field.isSuggestion) return asked;
  return { ...asked, hint: 'typing replaces it, Right edits it, Enter uses it' };
}

function askedBy(prompt: Exclude<Prompt, { type: 'menu' }>, keymap: Keymap): Question {
  switch (prompt.type) {
    case 'field':
      return fieldQuestion(prompt.purpose, keymap);
    case 'reply':
      return { question: `reply ${prompt.status}, body (optional): `, hint: 'Enter sends, Esc cancels' };
    case 'picker':
      return pickerQuestion(prompt.purpose);
    case 'secret': {
      const [question, hint] = secretQuestion(prompt);
      return { question, hint };
    }
  }
}

function fieldQuestion(purpose: FieldPurpose, { keyOf }: Keymap): Question {
  switch (purpose) {
    case 'filter':
      return { question: 'filter: ', hint: 'a word, or path:/stripe/* event:charge.* -method:GET' };
    case 'search':
      return {
        question: 'search: ',
        hint: `Enter, then ${keyOf('next-match')} and ${keyOf('previous-match')} for matches; Esc cancels`,
      };
    case 'breakpoint':
      return { question: 'intercept requests matching: ', hint: 'empty: every request' };
    case 'intercept-next':
      return { question: 'intercept only the next: ', hint: 'number of requests' };
    case 'help':
      return { question: 'search the help: ', hint: 'a word, such as copy; Esc shows all' };
  }
}

function pickerQuestion(purpose: PickerPurpose): Question {
  const hint = 'Enter selects, Esc cancels';
  switch (purpose.type) {
    case 'palette':
      return { question: 'command: ', hint: 'Enter runs it ($: copies it), Esc cancels' };
    case 'target':
      return { question: 'replay to: ', hint: '3000, :3000/hooks or http://host/base' };
    case 'provider':
      return { question: 'trigger: ', hint: `a provider; ${hint}` };
    case 'event':
      return { question: `trigger ${purpose.provider}: `, hint: `an event; ${hint}` };
    case 'status':
      return { question: 'reply with status: ', hint };
  }
}
