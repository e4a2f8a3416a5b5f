/** An option, named by its camelCase key: each interface writes it in its own way, such as `--max-body 5MB`. */
export interface OptionMention {
  readonly type: 'option';
  readonly key: string;
  /** The value to give; false switches the option off. */
  readonly value?: string | false | undefined;
}

/** An operation to use, with what it takes. */
export interface OperationMention {
  readonly type: 'operation';
  readonly name: string;
  readonly takes: readonly (string | OptionMention)[];
}

/** Text for users of every interface: the options and operations in it are not written out yet. */
export type Phrase = readonly (string | OptionMention | OperationMention)[];

/** Writes one option or operation in the way of an interface. */
export type MentionWriter = (mention: OptionMention | OperationMention) => string;

/** Mentions an option in a phrase. */
export function option(key: string, value?: string | false): OptionMention {
  return { type: 'option', key, value };
}

/** Mentions an operation in a phrase, such as `operation('list', option('held'))`. */
export function operation(name: string, ...takes: readonly (string | OptionMention)[]): OperationMention {
  return { type: 'operation', name, takes };
}

/** Template of a phrase: `` phrase`Use ${option('to')}.` ``. Phrases may be parts of phrases. */
export function phrase(
  texts: TemplateStringsArray,
  ...parts: readonly (string | number | OptionMention | OperationMention | Phrase)[]
): Phrase {
  return texts.flatMap((text, index): Phrase => {
    const part = parts[index];
    if (part === undefined) return [text];
    if (typeof part === 'number') return [text, String(part)];
    return typeof part === 'string' || 'type' in part ? [text, part] : [text, ...part];
  });
}

/** The text of a phrase in the words of an interface; of the library unless given. */
export function phraseText(said: string | Phrase, write: MentionWriter = plainMention): string {
  if (typeof said === 'string') return said;
  return said.map((part) => (typeof part === 'string' ? part : write(part))).join('');
}

function plainMention(mention: OptionMention | OperationMention): string {
  if (mention.type === 'option') {
    const { key, value } = mention;
    return value === undefined ? `option "${key}"` : `"${key}: ${value}"`;
  }
  const options = mention.takes.filter((each) => typeof each !== 'string').map(plainMention);
  return [mention.name, ...options].join(' with ');
}
