import { createHash } from 'node:crypto';
import { type Place, valueAt } from './locator.ts';
import type { Reading } from './parsed-request.ts';

/** Text with places in braces, such as `{header:X-GitHub-Event}.{json:action}`. */
export type Template = string;

type Part = { readonly text: string } | { readonly place: Place };

const parsedTemplates = new Map<Template, readonly Part[]>();

function partsOf(template: Template): readonly Part[] {
  let parts = parsedTemplates.get(template);
  if (!parts) {
    parts = template
      .split(/(\{[^{}]+\})/)
      .filter((part) => part !== '')
      .map((part) => (part.startsWith('{') ? { place: part.slice(1, -1) } : { text: part }));
    parsedTemplates.set(template, parts);
  }
  return parts;
}

/** The places that a template names. */
export function templatePlaces(template: Template): readonly Place[] {
  return partsOf(template).flatMap((part) => ('place' in part ? [part.place] : []));
}

/** The text of the first template all of whose places have a value that is not empty. */
export function firstFilled(reading: Reading, templates: readonly Template[]): string | undefined {
  for (const template of templates) {
    let text = '';
    let filled = true;
    for (const part of partsOf(template)) {
      const value = 'text' in part ? part.text : valueAt(reading, part.place);
      filled &&= value !== undefined && value !== '';
      text += value ?? '';
    }
    if (filled) return text;
  }
  return undefined;
}

/**
 * Bytes that a template stands for: `named` values first, then places of the request; what is missing is empty.
 * `{sha256:hex}`, `{sha256:base64}` and `{sha256:raw}` are the digest of the body.
 */
export function filledBytes(
  reading: Reading,
  template: Template,
  named: Readonly<Record<string, string | undefined>>,
): Uint8Array[] {
  return partsOf(template).map((part) => {
    if ('text' in part) return Buffer.from(part.text, 'utf8');
    if (part.place === 'body') return reading.body;
    if (part.place.startsWith('sha256:')) return digestOf(reading.body, part.place.slice('sha256:'.length));
    if (Object.hasOwn(named, part.place)) return Buffer.from(named[part.place] ?? '', 'utf8');
    const value = valueAt(reading, part.place) ?? '';
    // Header values are latin1: one character a byte.
    return Buffer.from(value, part.place.startsWith('header:') ? 'latin1' : 'utf8');
  });
}

function digestOf(body: Uint8Array, encoding: string): Uint8Array {
  const digest = createHash('sha256').update(body).digest();
  return encoding === 'raw' ? digest : Buffer.from(digest.toString(encoding === 'hex' ? 'hex' : 'base64'));
}
