import { closeSync, constants, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { percentile } from './statistics.js';

/** The median of appending 4 KB and fdatasync, in ms: what one durable write costs at least. @param {string} folder */
export function appendAndFlushMs(folder, count = 400) {
  const file = join(folder, 'append');
  const handle = openSync(file, 'w');
  const block = Buffer.alloc(4096, 1);
  const times = [];
  try {
    for (let index = 0; index < count; index++) {
      const started = performance.now();
      writeSync(handle, block);
      fdatasyncSync(handle);
      times.push(performance.now() - started);
    }
  } finally {
    closeSync(handle);
    rmSync(file);
  }
  return percentile(times, 50);
}

/** What `dd oflag=dsync bs=1600k` writes to a new file, in MB (10^6 bytes) a second. @param {string} folder */
export function synchronousBandwidth(folder, count = 150) {
  const file = join(folder, 'bandwidth');
  const handle = openSync(
    file,
    constants.O_CREAT | constants.O_WRONLY | constants.O_TRUNC | constants.O_DSYNC,
  );
  const block = Buffer.alloc(1_600_000, 1);
  const started = performance.now();
  try {
    for (let index = 0; index < count; index++) writeSync(handle, block);
    return (count * block.length) / 1_000 / (performance.now() - started);
  } finally {
    closeSync(handle);
    rmSync(file);
  }
}
