/** The fields of a form (WHATWG URL 5.1) in their order, one after the other as they are asked for. */
export function* formFields(text: string): Generator<readonly [name: string, value: string]> {
  for (const pair of pieces(text, '&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = formDecoded(equals === -1 ? pair : pair.slice(0, equals));
    yield [name, equals === -1 ? '' : formDecoded(pair.slice(equals + 1))];
  }
}

function* pieces(text: string, separator: string): Generator<string> {
  let from = 0;
  for (let at = text.indexOf(separator); at !== -1; at = text.indexOf(separator, from)) {
    yield text.slice(from, at);
    from = at + 1;
  }
  yield text.slice(from);
}

/** A form field decoded; sequences that are no UTF-8 or no hex stay as they are. */
function formDecoded(field: string): string {
  const spaced = field.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
