/** Bytes, from the offset `from` on, as lines of offset, hex and ASCII, as `hexdump -C` shows them; lazily. */
export function* hexdump(bytes: Uint8Array, perLine = 16, from = 0): Generator<string> {
  for (let offset = from; offset < bytes.length; offset += perLine) {
    const slice = bytes.subarray(offset, offset + perLine);
    let hex = '';
    let ascii = '';
    for (let index = 0; index < perLine; index++) {
      const byte = slice[index];
      hex += byte === undefined ? '   ' : `${byte.toString(16).padStart(2, '0')} `;
      if (index === perLine / 2 - 1) hex += ' ';
      if (byte !== undefined) ascii += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
    }
    yield `${offset.toString(16).padStart(8, '0')}  ${hex} ${ascii}`;
  }
}

/** The columns of the hex and the ASCII of byte `index` in a line. */
export function hexColumns(index: number, perLine: number): { readonly hex: number; readonly ascii: number } {
  return { hex: 10 + index * 3 + (index >= perLine / 2 ? 1 : 0), ascii: 12 + perLine * 3 + index };
}

/** The number of bytes that a line of `columns` columns has room for: 16, 8 or 4. */
export function hexBytesFor(columns: number): number {
  if (columns >= 77) return 16;
  return columns >= 45 ? 8 : 4;
}
