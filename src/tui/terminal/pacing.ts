/** Limits the rate of frames, so that drawing takes little time from capturing. */
export interface Pacer {
  /** Schedules a frame for new data. */
  changed(): void;
  /** Schedules a frame for a key press, after all keys of the same read. */
  pressed(): void;
  stop(): void;
}

/** New data is drawn at most 30 times a second … */
const trafficMs = 1000 / 30;

/** … and drawing takes at most a tenth of the time. */
const restFactor = 10;

/** Interval between frames while a key repeats. */
const keyMs = 16;

/** `draw` draws everything that has changed, so one frame serves all requests for one. */
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
