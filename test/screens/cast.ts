/** A piece of a recording: what was written, so many seconds after the piece before. */
export interface Frame {
  readonly after: number;
  readonly written: string;
}

/** A recording as asciinema plays it (asciicast v2: a header, then an event a line). */
export function castOf(frames: readonly Frame[], width: number, height: number): string {
  const header = {
    version: 2,
    width,
    height,
    title: 'webhook-cli listen 3000',
    env: { TERM: 'xterm-256color' },
  };
  let time = 0;
  const events = frames.map(({ after, written }) => {
    time += after;
    return JSON.stringify([Number(time.toFixed(3)), 'o', written]);
  });
  return `${[JSON.stringify(header), ...events].join('\n')}\n`;
}
