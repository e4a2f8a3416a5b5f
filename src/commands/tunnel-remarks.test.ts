import { expect, test } from 'vitest';
import type { TunnelStatus } from '../model/events.ts';
import { fidelityAspects, type TunnelFidelity } from '../model/tunnel-fidelity.ts';
import { createTunnelRemarks } from './tunnel-remarks.ts';

test('tells each message of the tunnel, and once what it does to requests', () => {
  const exact = Object.fromEntries(fidelityAspects.map((aspect) => [aspect, 'kept'])) as TunnelFidelity;
  const lost = { ...exact, headerCase: 'lost' } as const;
  const remark = createTunnelRemarks();
  const online: TunnelStatus = {
    state: 'online',
    driver: 'localtunnel',
    url: 'http://a.test',
    verified: true,
    message: 'Another name is used.',
    latencyMs: 8,
    fidelity: null,
  };
  const down: TunnelStatus = { ...online, state: 'unreachable', message: 'It broke.', fidelity: lost };
  expect(remark(online)).toBe('Another name is used.');
  expect(remark({ ...online, fidelity: lost })).toBe('The tunnel does not keep header case.');
  expect(remark(down)).toBe('It broke.');
  expect(remark({ ...online, fidelity: lost })).toBe('Another name is used.');
  expect(remark({ ...online, message: null, fidelity: lost })).toBe(undefined);
  expect(remark({ ...online, fidelity: exact })).toBe(
    'Another name is used. Requests pass the tunnel byte for byte.',
  );
});
