const weekdays = ['Su', 'Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa'] as const;
const dayMs = 24 * 3600 * 1000;

/** A duration in milliseconds for people: `<1 ms`, `12 ms`, `1.2 s`, `3 min 5 s`. */
export function durationText(ms: number): string {
  if (ms < 1) return '<1 ms';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A round duration, as limits are, in its largest unit: `3 s`, `5 min`, `90 s`, `250 ms`. */
export function limitText(ms: number): string {
  if (ms % 60_000 === 0) return `${ms / 60_000} min`;
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}

/**
 * The local time of day, `16:34:35`, of a moment in ms since the epoch. With its offset, `02:30:00+02:00`, in an hour
 * that a clock change repeats.
 */
export function timeText(at: number): string {
  return `${clockText(at)}${offsetIfRepeated(at)}`;
}

/** Like `timeText`, with milliseconds: `16:34:35.120`. */
export function preciseTimeText(at: number): string {
  const ms = String(new Date(at).getMilliseconds()).padStart(3, '0');
  return `${clockText(at)}.${ms}${offsetIfRepeated(at)}`;
}

function clockText(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** The offset, `+02:00`, of a moment whose local date and time another moment has too; else nothing. */
function offsetIfRepeated(at: number): string {
  if (!isRepeated(at)) return '';
  const minutes = offsetMinutes(at);
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** True if a change of the clock within half a day gives another moment the same local date and time. */
function isRepeated(at: number): boolean {
  const offset = offsetMinutes(at);
  return [at - dayMs / 2, at + dayMs / 2].map(offsetMinutes).some((other) => {
    const twin = at + (offset - other) * 60_000;
    return other !== offset && offsetMinutes(twin) === other;
  });
}

/** Minutes by which local time is ahead of UTC at a moment. */
function offsetMinutes(at: number): number {
  return -new Date(at).getTimezoneOffset();
}

/** The local date, `2026-11-24`. */
export function dateText(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The local time, with the date before it unless that is today's. */
export function whenText(at: number, now: number): string {
  const date = dateText(at);
  return date === dateText(now) ? timeText(at) : `${date} ${timeText(at)}`;
}

/**
 * A moment in 8 columns: the time of today, weekday and time of the last days, the date of others. In an hour of today
 * that a clock change repeats, the hours of the offset take the place of the seconds: `02:30+02`.
 */
export function briefTimeText(at: number, now: number): string {
  if (dateText(at) === dateText(now)) {
    const offset = offsetIfRepeated(at);
    return offset ? clockText(at).slice(0, 5) + offset.slice(0, 3) : clockText(at);
  }
  const isRecent = at < now && now - at < 6 * dayMs;
  return isRecent ? `${weekdays[new Date(at).getDay()]} ${clockText(at).slice(0, 5)}` : dateText(at).slice(2);
}

/** The same in 5 columns: the time of today, the date of other days. */
export function briefestTimeText(at: number, now: number): string {
  return dateText(at) === dateText(now) ? clockText(at).slice(0, 5) : dateText(at).slice(5);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
