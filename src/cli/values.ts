import { UserError } from '../model/errors.ts';
import { parsedJson } from '../model/json.ts';

/** Types of option values, and the type of each when parsed. */
export interface ValueTypes {
  string: string;
  /** A path; in a config file relative to that. */
  file: string;
  boolean: boolean;
  count: number;
  port: number;
  /** Milliseconds. */
  duration: number;
  /** Bytes. */
  size: number;
  /** JSON: a value in a config file, text elsewhere. */
  json: unknown;
}

export type ValueType = keyof ValueTypes;

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

const sizes: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

const readers: { readonly [T in ValueType]: (text: string) => ValueTypes[T] | undefined } = {
  string: (text) => text,
  file: (text) => text,
  boolean(text) {
    if (/^(true|1|yes|on)$/i.test(text)) return true;
    return /^(false|0|no|off|)$/i.test(text) ? false : undefined;
  },
  count: (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined),
  port: (text) => (/^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined),
  duration: readDuration,
  size: readSize,
  json: parsedJson,
};

const examples: Readonly<Record<ValueType, string>> = {
  string: 'a text',
  file: 'a path',
  boolean: 'true or false',
  count: 'a whole number, such as 20',
  port: 'a port from 0 to 65535',
  duration: 'a duration, such as 30s, 10m, 1h30m or 7d',
  size: 'a size, such as 500kb, 25mb or 1gb',
  json: 'JSON',
};

/** What a value of a type must be, to end a sentence: `a port from 0 to 65535`. */
export function expectedValue(type: ValueType): string {
  return examples[type];
}

/** Parses a value. Throws a UserError that names `where` it was found. */
export function readValue<T extends ValueType>(type: T, text: string, where: string): ValueTypes[T] {
  const value = readers[type](text) as ValueTypes[T] | undefined;
  if (value !== undefined) return value;
  throw new UserError('usage', `${where}: ${JSON.stringify(text)} is not ${examples[type]}.`);
}

/** `1h30m` in milliseconds. A number without a unit is rejected as ambiguous. */
function readDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) return undefined;
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * units[unit as keyof typeof units], 0);
}

/** Bytes; `25mb`, `25MiB` and `25m` are the same: powers of 1024. */
function readSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kmg])(?:i?b)?|b)?$/i.exec(text);
  return match ? Math.floor(Number(match[1]) * sizes[(match[2] ?? '').toLowerCase()]!) : undefined;
}

/** Milliseconds as `30s` or `3d`: the largest unit that divides them, up to days. */
export function durationValue(ms: number): string {
  const [unit, size] = (Object.entries(units) as [string, number][])
    .filter(([name, each]) => name !== 'w' && ms % each === 0 && ms >= 2 * each)
    .at(-1) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

/** Bytes as `25mb`: the largest unit that divides them. */
export function sizeValue(bytes: number): string {
  const unit = (['g', 'm', 'k'] as const).find((each) => bytes > 0 && bytes % sizes[each]! === 0);
  return unit === undefined ? String(bytes) : `${bytes / sizes[unit]!}${unit}b`;
}
