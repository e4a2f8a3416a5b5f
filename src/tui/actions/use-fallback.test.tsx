import { expect, test } from 'vitest';
import { aHistory } from '../../../test/support/a-history.ts';
import { running } from '../../../test/support/running-tui.ts';

test('another tunnel is offered in the header, and its key uses it', async () => {
  const made = await aHistory({ target: '3000', tunnel: { state: 'unreachable', driver: 'localtunnel' } });
  const { press, shows, screen, exit } = running(made);
  press('U');
  await shows(/No other tunnel is needed, or none can be used/);
  expect(screen()).not.toContain('service of another company');

  made.emit({ type: 'fallback', driver: 'cloudflared' });
  await shows(/U uses cloudflared instead, a service of another company/);
  expect(made.calls).not.toContain('use cloudflared');

  press('U');
  await shows(/opening a tunnel with cloudflared/);
  expect(made.calls).toContain('use cloudflared');
  expect(screen()).not.toContain('U uses cloudflared');
  press('\u0003');
  await exit;
});
