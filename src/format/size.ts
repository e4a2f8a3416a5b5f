const units = ['KB', 'MB', 'GB', 'TB'];

/** A size in bytes for people: `161 B`, `8.4 KB`, `25 MB`; 1 KB is 1024 bytes. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** A whole number with its thousands set apart: `1,204`. */
export function countText(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
