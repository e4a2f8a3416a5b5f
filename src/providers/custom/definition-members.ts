import { UserError } from '../../model/errors.ts';

/** An object of the configuration. */
export type Members = Readonly<Record<string, unknown>>;

/** A member that is one of these words, if it is there. */
export function keywordIn<T extends string>(
  members: Members,
  name: string,
  allowed: readonly T[],
  where: string,
): T | undefined {
  const text = optionalText(members, name, where);
  if (text === undefined) return undefined;
  const found = allowed.find((each) => each === text);
  if (found === undefined) throw definitionError(`${where}.${name}`, `is not one of ${allowed.join(', ')}`);
  return found;
}

/** An object with members. */
export function recordOf(value: unknown, where: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw definitionError(where, 'is not an object');
  return value as Members;
}

/** Refuses members of any other name: a misspelt one would be without effect. */
export function allowOnly(members: Members, names: readonly string[], where: string): void {
  const unknown = Object.keys(members).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw definitionError(where, `has an unknown member ${unknown} (known: ${names.join(', ')})`);
}

/** A member that has to be there, as text. */
export function textIn(members: Members, name: string, where: string): string {
  const text = optionalText(members, name, where);
  if (text === undefined || text === '') throw definitionError(where, `needs ${name}`);
  return text;
}

/** A member that is text, if it is there. */
export function optionalText(members: Members, name: string, where: string): string | undefined {
  const value = members[name];
  if (value !== undefined && typeof value !== 'string')
    throw definitionError(`${where}.${name}`, 'is not a string');
  return value;
}

/** One text or a list of them. */
export function textsOf(value: unknown, where: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((each) => {
    if (typeof each !== 'string' || each === '') throw definitionError(where, 'is not a string');
    return each;
  });
}

/** An object with this member, or an empty one. */
export function optional<N extends string, T>(name: N, value: T | undefined): { readonly [K in N]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [K in N]?: T });
}

/** What is wrong with which part of a configured provider. */
export function definitionError(what: string, why: string): UserError {
  return new UserError(
    'config',
    `Invalid provider definition: ${what} ${why}.`,
    'Example: { "name": "acme", "hmac": { "at": "header:X-Acme-Signature", "encoding": "hex" } }',
  );
}
