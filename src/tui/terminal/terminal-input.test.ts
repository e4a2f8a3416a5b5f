import { spawn } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import type { InputEvent } from './input-decoder.ts';
import { createTerminalInput } from './terminal-input.ts';

function heardFrom(stdin: NodeJS.ReadableStream) {
  const heard: InputEvent[] = [];
  const input = createTerminalInput(stdin as NodeJS.ReadStream, (events) => heard.push(...events));
  onTestFinished(() => input.stop());
  const names = () => heard.map((event) => (event.type === 'key' ? event.name : event.type));
  return { input, names };
}

test('reports keys in order, and Esc when nothing follows', async () => {
  const stdin = new PassThrough();
  const { input, names } = heardFrom(stdin);
  input.start();
  input.start();
  stdin.write('jk\u001b[A');
  await expect.poll(names).toEqual(['j', 'k', 'up']);
  stdin.write('\u001b');
  await expect.poll(names).toEqual(['j', 'k', 'up', 'escape']);
  stdin.setEncoding('utf8');
  stdin.write('é\u001b[200~x\u001b[201~');
  await expect.poll(names).toEqual(['j', 'k', 'up', 'escape', 'é', 'paste']);
});

test('ignores input while stopped, and drops an incomplete sequence', async () => {
  const stdin = new PassThrough();
  const { input, names } = heardFrom(stdin);
  input.start();
  stdin.write('\u001b[200~abc');
  await new Promise((resolve) => setImmediate(resolve));
  await input.stop();
  expect(stdin.isPaused()).toBe(true);
  input.start();
  stdin.write('j');
  await expect.poll(names).toEqual(['j']);
});

test('bytes that arrived while the process was busy are in time', async () => {
  const cat = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(() => void cat.kill());
  const { input, names } = heardFrom(cat.stdout);
  input.start();
  cat.stdin.write('j\u001b');
  await expect.poll(names, { interval: 1 }).toEqual(['j']);
  cat.stdin.write('[A');
  const until = performance.now() + 300;
  while (performance.now() < until);
  await expect.poll(names).toContain('up');
  expect(names()).toEqual(['j', 'up']);
});
