import { sendOnce } from '../../deliver/send-once.ts';
import { emptyBody } from '../../model/body.ts';
import type { Environment } from '../../model/environment.ts';
import { type Finding, ok, warning } from './finding.ts';

/** Signatures with timestamps are rejected from five minutes on; a minute is noticed before that. */
const mostSkewMs = 60_000;

const responseMs = 5_000;

/**
 * Compares the clock with the date (RFC 9110, 6.6.1) of a server's response; nothing is found if the server cannot be
 * reached or tells none.
 */
export async function clockFindings(
  url: string,
  signal: AbortSignal,
  env: Environment = {},
): Promise<Finding[]> {
  const { host, origin } = new URL(url);
  const request = { method: 'HEAD', requestTarget: '/', headers: [['Host', host] as const], body: emptyBody };
  const sentAt = Date.now();
  const { response } = await sendOnce(request, { origin, timeoutMs: responseMs, env, signal });
  const receivedAt = Date.now();
  const date = response?.headers.find(([name]) => name.toLowerCase() === 'date')?.[1];
  const told = Date.parse(date ?? '');
  if (Number.isNaN(told)) return [];
  // The server's clock may have shown any moment in between, and tells whole seconds.
  const skewMs = told + 999 < sentAt ? told + 999 - sentAt : Math.max(0, told - receivedAt);
  if (Math.abs(skewMs) <= mostSkewMs) return [ok('clock', `The clock agrees with the one of ${host}.`)];
  const by = `${Math.round(Math.abs(skewMs) / 1000)} s`;
  return [
    warning(
      'clock',
      `The clock is ${by} ${skewMs > 0 ? 'behind' : 'ahead of'} the one of ${host}.`,
      'Set the clock: signatures with timestamps are rejected if they are five minutes off.',
    ),
  ];
}
