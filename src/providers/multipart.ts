/** A field of a multipart/form-data body: its text and where in the body it stands. */
export interface MultipartField {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** The boundary that a content type names, if it is multipart/form-data (RFC 7578). */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^multipart\/form-data\s*;/i.test(contentType)) return undefined;
  const match = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}

/** The fields of a multipart body that are no files; what is broken off is left out. */
export function multipartFields(body: Uint8Array, boundary: string): readonly MultipartField[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const delimiter = `--${boundary}`;
  const fields: MultipartField[] = [];
  let from = bytes.indexOf(delimiter);
  while (from >= 0) {
    const head = from + delimiter.length + 2;
    const next = bytes.indexOf(`\r\n${delimiter}`, head - 2);
    const blank = bytes.indexOf('\r\n\r\n', head);
    if (next < 0) break;
    if (blank >= 0 && blank <= next) {
      const disposition = bytes.toString('utf8', head, blank);
      const name = /^content-disposition:[^\r\n]*;\s*name="([^"]*)"/im.exec(disposition)?.[1];
      const isFile = /^content-disposition:[^\r\n]*;\s*filename\*?=/im.test(disposition);
      if (name !== undefined && !isFile) fields.push({ name, start: Math.min(blank + 4, next), end: next });
    }
    from = next + 2;
  }
  return fields;
}
