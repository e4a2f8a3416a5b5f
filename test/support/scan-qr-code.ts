import jsqr from 'jsqr';

/** What a scanner reads from lines of a screen; `isDarkOnLight`: text is darker than what is behind it. */
export function scanQrCode(lines: readonly string[], isDarkOnLight = false): string | undefined {
  if (lines.length === 0) return undefined;
  const pixel = 4;
  const columns = Math.max(...lines.map((line) => line.length));
  // Characters are twice as high as wide.
  const halves = lines.flatMap((line) => {
    const characters = [...line.padEnd(columns)];
    return ['█▀#', '█▄#'].map((drawn) => characters.map((character) => drawn.includes(character)));
  });
  const width = columns * pixel;
  const height = halves.length * pixel;
  const pixels = new Uint8ClampedArray(width * height * 4);
  for (let at = 0; at < width * height; at++) {
    const isDrawn = halves[Math.floor(at / width / pixel)]![Math.floor((at % width) / pixel)];
    pixels.fill(isDrawn === isDarkOnLight ? 0 : 255, at * 4, at * 4 + 4);
  }
  // The library is CommonJS.
  const read = jsqr as unknown as typeof jsqr.default;
  return read(pixels, width, height, { inversionAttempts: 'dontInvert' })?.data;
}
