/** Decides when frames are drawn, so that looking never takes much from capturing. */
export interface Pacer {
  /** Something was recorded or changed: draw soon. */
  changed(): void;
  /** A key was pressed: draw as soon as all keys that came with it are handled. */
  pressed(): void;
  stop(): void;
}

/** Traffic is drawn at most 30 times a second … */
const trafficMs = 1000 / 30;

/** … and in at most a tenth of the time. */
const restFactor = 10;

/** A key that repeats is drawn at most once in this time. */
const keyMs = 16;

/** Draws with `draw`, which takes what waits along, whoever asked for it. */
export function createPacer(draw: () => void, now: () => number = () => performance.now()): Pacer {
  let lastStart = Number.NEGATIVE_INFINITY;
  let lastCost = 0;
  let timer: NodeJS.Timeout | undefined;
  let due = Number.POSITIVE_INFINITY;
  let stopped = false;

  function frame(): void {
    clearTimeout(timer);
    timer = undefined;
    due = Number.POSITIVE_INFINITY;
    if (stopped) return;
    lastStart = now();
    draw();
    lastCost = now() - lastStart;
  }

  function drawAt(time: number): void {
    if (stopped || time >= due) return;
    clearTimeout(timer);
    due = time;
    timer = setTimeout(frame, Math.max(0, time - now()));
  }

  return {
    changed: () => drawAt(lastStart + Math.max(trafficMs, lastCost * restFactor)),
    pressed: () => drawAt(Math.max(now(), lastStart + keyMs)),
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
