import { UserError } from '../../model/errors.ts';
import { option, phrase } from '../../model/phrase.ts';
import { editedJson } from '../request/json-edit.ts';
import { withValueAt } from '../request/locator.ts';
import { parseLazily, type SignableRequest, utf8 } from '../request/parsed-request.ts';

/**
 * Returns a request with one value of its body set, `data.object.amount=500` in JSON, `Body=hi` in a form; the rest stays as
 * it was. A value is read as JSON if possible, else as text. Throws a UserError if the body is neither JSON nor a form.
 */
export function withSetting(request: SignableRequest, setting: string): SignableRequest {
  const [, path, text] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
  if (path === undefined || text === undefined) {
    throw new UserError(
      'usage',
      phrase`${option('set')}: ${JSON.stringify(setting)} is not path=value.`,
      phrase`Example: ${option('set', 'data.object.amount=500')}`,
    );
  }
  const parsed = parseLazily(request);
  if (parsed.form()) return withValueAt(request, `form:${path}`, text);
  if (parsed.json() === undefined) {
    throw new UserError(
      'usage',
      phrase`${option('set', path)}: the body is neither JSON nor a form.`,
      phrase`Give the whole body with ${option('body')}.`,
    );
  }
  return { ...request, body: Buffer.from(editedJson(utf8(request.body), path, jsonOrText(text))) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
