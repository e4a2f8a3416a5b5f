import type { Io } from '../cli/io.ts';
import { stylingFor } from '../cli/output-style.ts';
import { inFlags } from '../format/in-flags.ts';
import { printable } from '../format/printable.ts';
import { senderText, signatureText, verdictText } from '../format/sender-text.ts';
import { secretVariable } from '../model/secret-variable.ts';
import type { Explanation, Report } from '../operations/verify.ts';
import type { Verdict } from '../providers/core/verdict.ts';

/** One request as `verify --json` prints it; `id` is null if it is not recorded. */
export function reportJson({ provider, classification, verdict, finding }: Report, id: string | null) {
  return {
    requestId: id,
    provider: provider?.name ?? null,
    event: classification.event,
    eventId: classification.eventId,
    result: verdict.result,
    code: verdict.code,
    reason: verdict.reason,
    finding: finding ? findingJson(finding) : null,
  };
}

function findingJson(finding: Explanation) {
  const { said: _said, ...rest } = finding;
  return { ...rest, hint: hintOf(finding) };
}

function hintOf({ hint, said }: Explanation): string {
  return inFlags(said?.hint ?? hint);
}

/** The request of a report. */
export interface ReportedRequest {
  /** Null if it is not recorded. */
  readonly id: string | null;
  /** The URL that the sender called is known. */
  readonly knowsUrl: boolean;
}

/** The verdict on one line, followed by its explanation and what to do. */
export function reportText(report: Report, { id, knowsUrl }: ReportedRequest, { stdout, env }: Io): string {
  const { classification, verdict, finding } = report;
  const { paint, symbols } = stylingFor(stdout, env);
  const { mark, tone } = signatureText(verdict);
  const words = verdictText(verdict, isOutOfTime(verdict) ? 'out of time' : undefined);
  const head = [
    paint(tone, mark === 'none' ? words : `${symbols[mark]} ${words}`),
    ...(classification.provider === null ? [] : [senderText(classification)]),
    ...(id === null ? [] : [paint('dim', id)]),
  ].join('  ');
  const below = finding
    ? [finding.message, ...hintOf(finding).split('\n'), ...(finding.details ?? [])]
    : adviceOn(report, knowsUrl);
  return `${head}\n${below.map((line) => `  ${printable(line)}\n`).join('')}`;
}

/** True for a signature that is valid but for its timestamp. */
function isOutOfTime({ code }: Verdict): boolean {
  return code === 'too-old' || code === 'in-the-future';
}

/** Advice for a result that nothing explains. */
function adviceOn({ provider, verdict }: Report, knowsUrl: boolean): string[] {
  if (verdict.code === 'unknown-provider')
    return ['Use --provider to name it. Run webhook-cli providers to list all.'];
  if (!provider) return [];
  const { name, title, scheme } = provider;
  if (verdict.code === 'no-secret') {
    return [`Set it with --secret ${name}=env:NAME, --secret ${name}=file:PATH or ${secretVariable(name)}.`];
  }
  if (verdict.code !== 'mismatch') return [];
  return scheme.signsUrl && !knowsUrl && name !== 'hmac'
    ? [`${title} also signs the URL that it called: set it with --url.`]
    : [
        'No known change of the body, URL or secret explains it: either the secret or the signed text is a different one.',
      ];
}
