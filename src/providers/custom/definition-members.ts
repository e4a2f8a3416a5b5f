import { UserError } from '../../model/errors.ts';

/** An object of a provider definition. */
export type Members = Readonly<Record<string, unknown>>;

/** Returns an optional member that must be one of `allowed`. */
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

/** Returns a value that must be an object. */
export function recordOf(value: unknown, where: string): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw definitionError(where, 'is not an object');
  return value as Members;
}

/** Rejects unknown members, since a misspelt one would have no effect. */
export function allowOnly(members: Members, names: readonly string[], where: string): void {
  const unknown = Object.keys(members).find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw definitionError(where, `has an unknown member ${unknown} (known: ${names.join(', ')})`);
}

/** Returns a required string member. */
export function textIn(members: Members, name: string, where: string): string {
  const text = optionalText(members, name, where);
  if (text === undefined || text === '') throw definitionError(where, `needs ${name}`);
  return text;
}

/** Returns an optional string member. */
export function optionalText(members: Members, name: string, where: string): string | undefined {
  const value = members[name];
  if (value !== undefined && typeof value !== 'string')
    throw definitionError(`${where}.${name}`, 'is not a string');
  return value;
}

/** Returns a string or a list of strings as a list. */
export function textsOf(value: unknown, where: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((each) => {
    if (typeof each !== 'string' || each === '') throw definitionError(where, 'is not a string');
    return each;
  });
}

/** Returns an object with this member, or an empty one if the value is undefined. */
export function optional<N extends string, T>(name: N, value: T | undefined): { readonly [K in N]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [K in N]?: T });
}

/** Creates the error for an invalid part of a provider definition. */
export function definitionError(what: string, why: string): UserError {
  return new UserError(
    'config',
    `Invalid provider definition: ${what} ${why}.`,
    'Example: { "name": "acme", "hmac": { "at": "header:X-Acme-Signature", "encoding": "hex" } }',
  );
}
