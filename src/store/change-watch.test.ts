import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryFolder } from '../../test/support/folders.ts';
import { createChangeWatch } from './change-watch.ts';
import { openDatabase } from './driver.ts';

test('notices a change of another process, also after a long silence', async () => {
  const file = join(await temporaryFolder(), 'webhooks.db');
  const [ours, theirs] = [openDatabase(file), openDatabase(file)];
  vi.useFakeTimers();
  const changes = createChangeWatch(ours);
  onTestFinished(() => {
    vi.useRealTimers();
    changes.stop();
    ours.close();
    theirs.close();
  });
  let told = 0;
  const stop = changes.watch(() => told++);
  theirs.exec('CREATE TABLE a (b)');
  vi.advanceTimersByTime(200);
  expect(told).toBe(1);
  vi.advanceTimersByTime(60_000);
  expect(told).toBe(1);
  theirs.exec('INSERT INTO a VALUES (1)');
  vi.advanceTimersByTime(500);
  expect(told).toBe(2);
  theirs.exec('INSERT INTO a VALUES (2)');
  vi.advanceTimersByTime(200);
  expect(told).toBe(3);
  stop();
  theirs.exec('INSERT INTO a VALUES (3)');
  vi.advanceTimersByTime(60_000);
  expect(told).toBe(3);
});
