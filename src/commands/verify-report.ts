import { printable } from '../format/printable.ts';
import { senderText, signatureText, verdictText } from '../format/sender-text.ts';
import type { Verdict } from '../providers/verdict.ts';
import type { Report } from '../session/verify.ts';
import type { Io } from './io.ts';
import { secretVariable } from './provider-secrets.ts';
import { stylingFor } from './styling.ts';

/** What `verify --json` prints of one request; `id`: null for one that is not recorded. */
export function reportJson({ provider, facts, verdict, finding }: Report, id: string | null) {
  return {
    requestId: id,
    provider: provider?.name ?? null,
    event: facts.event,
    deliveryId: facts.deliveryId,
    result: verdict.result,
    code: verdict.code,
    reason: verdict.reason,
    finding: finding ?? null,
  };
}

interface Known {
  readonly id: string | null;
  /** Whether the address is known that the sender called. */
  readonly knowsUrl: boolean;
}

/** The verdict on a line, and below it what explains it, or what to do. */
export function reportText(report: Report, { id, knowsUrl }: Known, { stdout, env }: Io): string {
  const { facts, verdict, finding } = report;
  const { paint, symbols } = stylingFor(stdout, env);
  const { mark, tone } = signatureText(verdict);
  const words = verdictText(verdict, isOutOfTime(verdict) ? 'out of time' : undefined);
  const head = [
    paint(tone, mark === 'none' ? words : `${symbols[mark]} ${words}`),
    ...(facts.provider === null ? [] : [senderText(facts)]),
    ...(id === null ? [] : [paint('dim', id)]),
  ].join('  ');
  const below = finding
    ? [finding.message, ...finding.hint.split('\n'), ...(finding.details ?? [])]
    : adviceOn(report, knowsUrl);
  return `${head}\n${below.map((line) => `  ${printable(line)}\n`).join('')}`;
}

/** What holds is genuine, too old or not. */
function isOutOfTime({ code }: Verdict): boolean {
  return code === 'too-old' || code === 'in-the-future';
}

/** What to do where nothing was found that explains it. */
function adviceOn({ provider, verdict }: Report, knowsUrl: boolean): string[] {
  if (verdict.code === 'unknown-provider')
    return ['Name it with --provider; webhook-cli providers lists all.'];
  if (!provider) return [];
  const { name, title, scheme } = provider;
  if (verdict.code === 'no-secret') {
    return [`Give it with --secret ${name}=env:NAME, ${name}=file:PATH or in ${secretVariable(name)}.`];
  }
  if (verdict.code !== 'mismatch') return [];
  return scheme.signsUrl && !knowsUrl && name !== 'hmac'
    ? [`${title} signs the address that it called, too: say which with --url.`]
    : [
        'No change of body, address or secret that was tried makes it hold: it is another secret, or another text.',
      ];
}
