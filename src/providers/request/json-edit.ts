import { applyEdits, modify } from 'jsonc-parser';
import { UserError } from '../../model/errors.ts';

/**
 * Returns the JSON text with the value at a path such as `data.items.0.id` set, or removed for undefined; the rest stays
 * as it was. Throws a UserError if the path cannot be set.
 */
export function editedJson(text: string, path: string, value: unknown): string {
  try {
    return applyEdits(text, modify(text, keysOf(JSON.parse(text), path), value, {}));
  } catch (cause) {
    throw new UserError(
      'usage',
      `Cannot set ${path} in this body.`,
      'In a path, numbers are indexes of lists and other names are members of objects.',
      { cause },
    );
  }
}

/** Digits are a member name in an object and an index otherwise. */
function keysOf(value: unknown, path: string): (string | number)[] {
  let current = value;
  return path.split('.').map((key) => {
    const isObject = typeof current === 'object' && current !== null && !Array.isArray(current);
    const inside = typeof current === 'object' && current !== null && Object.hasOwn(current, key);
    current = inside ? (current as Readonly<Record<string, unknown>>)[key] : undefined;
    return /^\d+$/.test(key) && !isObject ? Number(key) : key;
  });
}
