import { fetchText } from '../deliver/fetch-text.ts';
import type { SessionEvent } from '../model/events.ts';
import type { ParsedRequest } from '../providers/request/parsed-request.ts';
import { snsConfirmUrl } from '../providers/vendors/aws-sns.ts';

/** The parts of a session that confirm a subscription. */
export interface ConfirmOptions {
  readonly emit: (event: SessionEvent) => void;
  readonly signal: AbortSignal;
  /** GETs a URL of amazonaws.com. */
  readonly get?: typeof fetchText;
}

/** Confirms a subscription of AWS SNS: calls the URL in a request, if it is one of SNS, and emits a warning with the result. */
export async function confirmSns(
  reading: ParsedRequest,
  { emit, signal, get = fetchText }: ConfirmOptions,
): Promise<void> {
  const url = snsConfirmUrl(reading);
  if (url === undefined) return;
  const { text, reason } = await get(url, signal);
  const { hostname } = new URL(url);
  const message =
    text === undefined
      ? `The SNS subscription could not be confirmed at ${hostname}: ${reason}.`
      : `The SNS subscription is confirmed at ${hostname}.`;
  emit({ type: 'warning', message });
}
