/** Encoding of bytes as text. `HEX` is upper case; `base64url=` keeps its padding. */
export type Encoding = 'hex' | 'HEX' | '0x hex' | 'base64' | 'base64url' | 'base64url=';

/** Encodes bytes as text. */
export function encodeBytes(bytes: Buffer, encoding: Encoding): string {
  switch (encoding) {
    case 'hex':
    case 'base64':
    case 'base64url':
      return bytes.toString(encoding);
    case 'HEX':
      return bytes.toString('hex').toUpperCase();
    case '0x hex':
      return `0x${bytes.toString('hex')}`;
    case 'base64url=':
      return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
  }
}

/** Normalises a text so that equal bytes are equal texts: case of hex, padding of base64url. */
export function canonicalText(text: string, encoding: Encoding): string {
  switch (encoding) {
    case 'hex':
    case 'HEX':
    case '0x hex':
      return text.toLowerCase();
    case 'base64url':
    case 'base64url=':
      return text.replace(/=+$/, '');
    case 'base64':
      return text;
  }
}

/** Decodes a text. */
export function decodeBytes(text: string, encoding: Encoding): Buffer {
  switch (encoding) {
    case 'hex':
    case 'HEX':
      return Buffer.from(text, 'hex');
    case '0x hex':
      return Buffer.from(text.replace(/^0x/, ''), 'hex');
    default:
      return Buffer.from(text, 'base64');
  }
}
