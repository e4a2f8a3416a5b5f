import { isListening } from '../../deliver/port-probe.ts';
import { sendOnce } from '../../deliver/send-once.ts';
import { hostHint } from '../../delivery/host-hint.ts';
import { emptyBody } from '../../model/body.ts';
import { option, phrase } from '../../model/phrase.ts';
import { isLoopback, parseTarget, type Target } from '../../model/target.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

/** How requests are sent to targets. */
export interface TargetCheckOptions {
  /** The host that senders call: the one of the public URL. */
  readonly host: string;
  /** The target's own host is put into requests. */
  readonly rewritesHost: boolean;
  readonly insecure: boolean;
  /** This is a container, of which localhost is a part. */
  readonly isContainer?: boolean | undefined;
  readonly signal: AbortSignal;
}

const connectMs = 2_000;
const responseMs = 5_000;

/** Checks a target: whether something listens, speaks the protocol of its URL, and accepts the host of the public URL. */
export async function targetFindings(target: Target, options: TargetCheckOptions): Promise<Finding[]> {
  if (!(await isListening(target, connectMs))) {
    return [
      failed(
        'target',
        `Nothing listens at ${target.href}.`,
        options.isContainer && isLoopback(target)
          ? `Start your server. If it runs outside of this container, its address is host.docker.internal:${target.port}.`
          : 'Start your server. Until then requests are held, and delivered in order when it is up.',
      ),
    ];
  }
  const { outcome, host } = await ask(target, options);
  if (outcome.type === 'failed') return [await failureOf(target, outcome, options)];
  const refusal = hostHint(outcome.response);
  if (refusal) return [failed('target', `${target.href} refuses requests for the host ${host}.`, refusal)];
  return [
    ok('target', `${target.href} responds (${outcome.response.status} to GET ${target.basePath || '/'}).`),
  ];
}

async function ask(target: Target, { host, rewritesHost, insecure, signal }: TargetCheckOptions) {
  const called = rewritesHost ? new URL(target.origin).host : host;
  const request = {
    method: 'GET',
    requestTarget: target.basePath || '/',
    headers: [['Host', called] as const, ['User-Agent', 'webhook-cli doctor'] as const],
    body: emptyBody,
  };
  const outcome = await sendOnce(request, { origin: target.origin, timeoutMs: responseMs, insecure, signal });
  return { outcome, host: called };
}

/** A failure, and whether the other of http and https works. */
async function failureOf(
  target: Target,
  { message }: { readonly message: string },
  options: TargetCheckOptions,
): Promise<Finding> {
  const isSecure = target.origin.startsWith('https:');
  const other = parseTarget(target.href.replace(/^https?:/, isSecure ? 'http:' : 'https:'));
  const { outcome } = await ask(other, { ...options, insecure: true });
  if (outcome.type === 'response') {
    const speaks = isSecure ? 'http, not https' : 'https, not http';
    return failed('target', `${target.href} speaks ${speaks}.`, `Use ${other.href} as the target.`);
  }
  if (/certificate/i.test(message)) {
    // The advice that follows the reason names the option in the words of the library.
    const [reason = ''] = message.split(/: to accept it/);
    return failed('target', `${target.href}: ${reason}.`, phrase`Use ${option('insecure')} if you trust it.`);
  }
  return warning(
    'target',
    `${target.href} accepts connections, but: ${message}`,
    'Look at the log of your server.',
  );
}
