import { createHash } from 'node:crypto';
import { type Locator, valueAt } from './locator.ts';
import type { ParsedRequest } from './parsed-request.ts';

/** Text with locators in braces, such as `{header:X-GitHub-Event}.{json:action}`. */
export type Template = string;

type Part = { readonly text: string } | { readonly locator: Locator };

const parsedTemplates = new Map<Template, readonly Part[]>();

function partsOf(template: Template): readonly Part[] {
  let parts = parsedTemplates.get(template);
  if (!parts) {
    parts = template
      .split(/(\{[^{}]+\})/)
      .filter((part) => part !== '')
      .map((part) => (part.startsWith('{') ? { locator: part.slice(1, -1) } : { text: part }));
    parsedTemplates.set(template, parts);
  }
  return parts;
}

/** Returns the locators of a template. */
export function templateLocators(template: Template): readonly Locator[] {
  return partsOf(template).flatMap((part) => ('locator' in part ? [part.locator] : []));
}

/** Renders the first template whose locators all have a value that is not empty. */
export function renderFirst(parsed: ParsedRequest, templates: readonly Template[]): string | undefined {
  for (const template of templates) {
    let text = '';
    let filled = true;
    for (const part of partsOf(template)) {
      const value = 'text' in part ? part.text : valueAt(parsed, part.locator);
      filled &&= value !== undefined && value !== '';
      text += value ?? '';
    }
    if (filled) return text;
  }
  return undefined;
}

/**
 * Renders a template as bytes: `named` values take precedence over locators of the request; missing values are empty.
 * `{sha256:hex}`, `{sha256:base64}` and `{sha256:raw}` are the digest of the body.
 */
export function renderBytes(
  parsed: ParsedRequest,
  template: Template,
  named: Readonly<Record<string, string | undefined>>,
): Uint8Array[] {
  return partsOf(template).map((part) => {
    if ('text' in part) return Buffer.from(part.text, 'utf8');
    if (part.locator === 'body') return parsed.body;
    if (part.locator.startsWith('sha256:'))
      return digestOf(parsed.body, part.locator.slice('sha256:'.length));
    if (Object.hasOwn(named, part.locator)) return Buffer.from(named[part.locator] ?? '', 'utf8');
    const value = valueAt(parsed, part.locator) ?? '';
    // Header values are latin1: one character a byte.
    return Buffer.from(value, part.locator.startsWith('header:') ? 'latin1' : 'utf8');
  });
}

function digestOf(body: Uint8Array, encoding: string): Uint8Array {
  const digest = createHash('sha256').update(body).digest();
  return encoding === 'raw' ? digest : Buffer.from(digest.toString(encoding === 'hex' ? 'hex' : 'base64'));
}
