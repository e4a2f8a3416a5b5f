import { fetchText } from '../deliver/fetch-text.ts';
import type { Classification } from '../model/classification.ts';
import { type Phrase, phraseText } from '../model/phrase.ts';
import type { CapturedRequest, RequestRecord } from '../model/request.ts';
import { type Assessment, type Assessor, signableRequestOf } from '../providers/assess.ts';
import type { Provider } from '../providers/core/provider.ts';
import { unchecked, type Verdict } from '../providers/core/verdict.ts';
import { appAdvice } from '../providers/doctor/app-advice.ts';
import { diagnoseInSlices, timestampDiagnosis } from '../providers/doctor/diagnose.ts';
import type { Diagnosis } from '../providers/doctor/diagnosis.ts';
import { parseLazily } from '../providers/request/parsed-request.ts';
import type { Store } from '../store/store.ts';
import { type RequestRef, recordAt } from './request-ref.ts';

/** The explanation of a verification. */
export interface Explanation extends Omit<Diagnosis, 'hint'> {
  readonly hint: string;
  /** The hint for an interface that has its own names for options. */
  readonly said?: { readonly hint: string | Phrase } | undefined;
}

/** The verification of a request's signature, with an explanation. */
export interface Report {
  readonly provider: Provider | undefined;
  readonly classification: Classification;
  readonly verdict: Verdict;
  /** The explanation: why it is not valid, or why the target rejected it although it is. */
  readonly finding: Explanation | undefined;
}

/** Options of verifying a request again. */
export interface VerifyOptions {
  /** The provider to verify as; detected unless given. */
  readonly provider?: Provider | undefined;
  /** The URL that the sender called, if it is not the one that was seen here. */
  readonly url?: string | undefined;
  /** The time of the verification, in ms since the epoch. */
  readonly now: number;
  /** The attempts to deliver the request: the target's responses are part of the finding. */
  readonly attempts?: RequestRecord['attempts'] | undefined;
  /** Allows to fetch what the scheme needs, such as a certificate, from the provider; absent: the result is unchecked. */
  readonly network?: AbortSignal | undefined;
}

/** Selects recorded requests to verify. */
export interface VerifyInput extends Pick<VerifyOptions, 'provider' | 'url' | 'network'> {
  readonly refs: readonly RequestRef[];
  readonly project?: string | undefined;
  /** The time of the verification, in ms since the epoch; the request's arrival unless given. */
  readonly at?: number | undefined;
}

/** A recorded request and its verification. */
export interface VerifiedRequest {
  readonly request: CapturedRequest;
  readonly report: Report;
}

/** Verifies recorded requests again, one after the other. Throws a UserError if a ref is not valid. */
export async function* verifyRecorded(
  { store, loadAssessor }: { readonly store: Store; readonly loadAssessor: () => Promise<Assessor> },
  { refs, project, at, ...options }: VerifyInput,
): AsyncGenerator<VerifiedRequest, void> {
  const records = refs.map((ref) => recordAt(store, ref, project));
  const assessor = await loadAssessor();
  for (const { request, attempts } of records) {
    const now = at ?? request.receivedAt;
    yield { request, report: await verifyRequest(request, assessor, { ...options, now, attempts }) };
  }
}

/** Verifies a request again and looks for an explanation of the result. Never rejects. */
export async function verifyRequest(
  request: CapturedRequest,
  assessor: Assessor,
  options: VerifyOptions,
): Promise<Report> {
  const assessed = assessor.assess(request, options.now, options);
  const { provider, classification, verdict } = options.network
    ? await fetched(assessed, assessor, options)
    : assessed;
  const finding = provider && (await explained(request, provider, verdict, assessor, options));
  return { provider, classification, verdict, finding: finding && explanationOf(finding) };
}

function explanationOf(finding: Diagnosis): Explanation {
  const { hint } = finding;
  return { ...finding, hint: phraseText(hint), said: { hint } };
}

async function explained(
  request: CapturedRequest,
  provider: Provider,
  verdict: Verdict,
  assessor: Assessor,
  { url, now, attempts }: VerifyOptions,
): Promise<Diagnosis | undefined> {
  if (verdict.result === 'valid') return responseFinding(request, provider, attempts ?? []);
  return diagnoseInSlices(
    {
      provider,
      request: signableRequestOf(request, url),
      context: assessor.contextOf(provider, now),
      otherSecrets: assessor.secrets,
    },
    verdict,
  );
}

/**
 * The finding of a rejection by the target of a request that is valid. Only responses to exactly the recorded bytes
 * count, not those to an edit or a new signature, nor those to a copy that was sent after the signature had expired.
 */
function responseFinding(
  request: CapturedRequest,
  { scheme }: Provider,
  attempts: RequestRecord['attempts'],
): Diagnosis | undefined {
  const signedAt = scheme.signedAt?.(parseLazily(signableRequestOf(request)));
  const { toleranceMs } = scheme;
  const lastMoment = signedAt === undefined || toleranceMs === undefined ? undefined : signedAt + toleranceMs;
  const exact = attempts.filter(({ sent, outcome }) => sent === undefined && outcome.response !== undefined);
  const inTime = exact.findLast(({ startedAt }) => lastMoment === undefined || startedAt <= lastMoment);
  const { response } = (inTime ?? exact.at(-1))?.outcome ?? {};
  const advice = response && appAdvice(response.status, response.headers);
  return advice && !inTime ? timestampDiagnosis('too-old') : advice;
}

/** The assessment with what had to be fetched, or with the reason why that failed. */
async function fetched(
  assessed: Assessment,
  assessor: Assessor,
  { now, network }: VerifyOptions,
): Promise<Assessment> {
  const { provider, verdict, request, classification } = assessed;
  if (verdict.code !== 'needs-network' || !provider || !network) return assessed;
  const context = assessor.contextOf(provider, now);
  const needed = provider.scheme.fetchable?.(request, context.options);
  if (!needed) return assessed;
  const { text, reason } = await fetchText(needed.url, network);
  const again =
    text === undefined
      ? unchecked('needs-network', `${needed.url} could not be fetched: ${reason}`)
      : provider.scheme.verify(request, {
          ...context,
          options: { ...context.options, [needed.option]: text },
        });
  const verification = { result: again.result, reason: again.reason };
  return { ...assessed, verdict: again, classification: { ...classification, verification } };
}
