/** One line of text being edited, with its cursor. */
export interface TextField {
  readonly text: string;
  /** Index of the character behind the cursor; at the end: the length. */
  readonly cursor: number;
  /** The text is a suggestion: typing replaces it, moving the cursor and deleting keep it for editing. */
  readonly isSuggestion?: true;
}

/** Longer text was pasted by mistake. */
const maxCharacters = 4096;

/** A field with this text and the cursor at its end. */
export function textField(text: string): TextField {
  return { text, cursor: text.length };
}

/** A field with a suggestion in it; an empty one is none. */
export function suggestionField(text: string): TextField {
  return text === '' ? textField('') : { ...textField(text), isSuggestion: true };
}

/** Inserts text at the cursor; line breaks become spaces, other control characters are removed. */
export function insertText(field: TextField, more: string): TextField {
  const { text, cursor } = field.isSuggestion ? textField('') : field;
  const line = more.replace(/\s+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '');
  const room = maxCharacters - text.length;
  const kept = line.slice(0, Math.max(0, room));
  return { text: text.slice(0, cursor) + kept + text.slice(cursor), cursor: cursor + kept.length };
}

/** Applies an editing key; undefined: the key does not edit. */
export function editText(field: TextField, key: string): TextField | undefined {
  const { text, cursor } = field;
  switch (key) {
    case 'left':
    case 'ctrl-b':
      return { text, cursor: before(field) };
    case 'right':
    case 'ctrl-f':
      return { text, cursor: after(field) };
    case 'home':
    case 'ctrl-a':
      return { text, cursor: 0 };
    case 'end':
    case 'ctrl-e':
      return { text, cursor: text.length };
    case 'backspace':
    case 'ctrl-h':
      return without(field, before(field), cursor);
    case 'ctrl-d':
      return without(field, cursor, after(field));
    case 'ctrl-u':
      return without(field, 0, cursor);
    case 'ctrl-k':
      return without(field, cursor, text.length);
    case 'ctrl-w':
      return without(field, text.slice(0, cursor).search(/\S*\s*$/), cursor);
    default:
      return undefined;
  }
}

function without({ text }: TextField, from: number, to: number): TextField {
  return { text: text.slice(0, from) + text.slice(to), cursor: from };
}

/** The cursor one character to the left, with its combining marks. */
function before({ text, cursor }: TextField): number {
  const [last = ''] = /(?:\P{Mark}\p{Mark}*|\p{Mark}+)$/u.exec(text.slice(0, cursor)) ?? [];
  return cursor - last.length;
}

function after({ text, cursor }: TextField): number {
  const [next = ''] = /^(?:\P{Mark}\p{Mark}*|\p{Mark}+)/u.exec(text.slice(cursor)) ?? [];
  return cursor + next.length;
}
