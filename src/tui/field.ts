/** One line of text that the user writes, and where in it the next character goes. */
export interface Field {
  readonly text: string;
  /** Before the character with this index; the end is the length. */
  readonly cursor: number;
}

/** More than this is a mistake of whoever pasted it. */
const mostCharacters = 4096;

/** A field with a text, to be written on at its end. */
export function fieldOf(text: string): Field {
  return { text, cursor: text.length };
}

/** The field with a text put in where the cursor is; ends of lines become spaces, other control characters go. */
export function inserted({ text, cursor }: Field, more: string): Field {
  const line = more.replace(/\s+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '');
  const room = mostCharacters - text.length;
  const kept = line.slice(0, Math.max(0, room));
  return { text: text.slice(0, cursor) + kept + text.slice(cursor), cursor: cursor + kept.length };
}

/** The field after a key that edits it, by its name; undefined: the key does nothing in a field. */
export function edited(field: Field, key: string): Field | undefined {
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

function without({ text }: Field, from: number, to: number): Field {
  return { text: text.slice(0, from) + text.slice(to), cursor: from };
}

/** Over a character that is two in UTF-16, and over marks that combine with the one before them. */
function before({ text, cursor }: Field): number {
  const [last = ''] = /(?:\P{Mark}\p{Mark}*|\p{Mark}+)$/u.exec(text.slice(0, cursor)) ?? [];
  return cursor - last.length;
}

function after({ text, cursor }: Field): number {
  const [next = ''] = /^(?:\P{Mark}\p{Mark}*|\p{Mark}+)/u.exec(text.slice(cursor)) ?? [];
  return cursor + next.length;
}
