import type { ServerResponse } from 'node:http';

/** Writes a response body without end until its reader goes away. `wrote` is told each piece that was taken, in bytes. */
export function writeWithoutEnd(response: ServerResponse, wrote?: (bytes: number) => void): void {
  const piece = 'x'.repeat(16_384);
  const more = () => {
    while (!response.destroyed && response.write(piece)) wrote?.(piece.length);
    if (!response.destroyed) response.once('drain', more);
  };
  more();
}
