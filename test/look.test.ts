import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { cliFile } from './support/cli.ts';
import { temporaryHome } from './support/home.ts';
import { sendTo } from './support/send.ts';
import { startTarget } from './support/target.ts';
import { openTerminal } from './support/terminal.ts';

test('look', { timeout: 60000 }, async () => {
  const script = JSON.parse(readFileSync('/tmp/look/script.json', 'utf8'));
  const target = await startTarget({
    answer(request, response) {
      const fails = request.url.includes('fail');
      response.writeHead(fails ? 500 : 200, { 'Content-Type': 'application/json' });
      response.end(fails ? '{"error":"boom"}' : '{"ok":true}');
    },
  });
  const home = await temporaryHome();
  const t = openTerminal({
    command: process.execPath,
    args: [cliFile, 'listen', '--no-tunnel', String(target.port), ...(script.args ?? [])],
    cwd: home.work,
    env: { LANG: 'C.UTF-8', ...home.env, ...(script.env ?? {}) },
    cols: script.cols ?? 120,
    rows: script.rows ?? 30,
  });
  const screen = await t.waitFor(/http:\/\/localhost:\d+ /);
  const url = /http:\/\/localhost:\d+/.exec(screen)![0];
  for (const step of script.steps) {
    if (step.send)
      await sendTo(url + step.send[0], {
        body: step.send[1],
        headers: step.send[2] ?? { 'Content-Type': 'application/json' },
      });
    if (step.async)
      void sendTo(url + step.async[0], {
        body: step.async[1],
        headers: { 'Content-Type': 'application/json' },
      }).catch(() => {});
    if (step.keys !== undefined) t.write(step.keys);
    if (step.size) t.resize(step.size[0], step.size[1]);
    await new Promise((r) => setTimeout(r, step.wait ?? 150));
    if (step.show) console.log(`--- ${step.show}\n${t.screen()}`);
  }
});
