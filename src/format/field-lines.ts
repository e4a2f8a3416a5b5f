import { type FieldName, fieldValue, type NamedField, partsOf, requestFieldList } from '../model/fields.ts';
import { option, phrase } from '../model/phrase.ts';
import { type RequestRecord, type RequestState, urlOf } from '../model/request.ts';
import { formFields } from './form.ts';
import { heldText } from './held.ts';
import { inFlags } from './in-flags.ts';
import { type MaskOptions, maskSecrets } from './mask.ts';
import { printable, printableLatin1 } from './printable.ts';
import { signatureText, verdictText } from './sender-text.ts';
import { sizeText } from './size.ts';
import { httpStatus } from './status.ts';
import type { Span, StyledLine } from './styled.ts';
import { dateText, durationText, limitText, preciseTimeText } from './time.ts';

type Recorded = Omit<RequestRecord, 'seq'>;

/** The lines of one field, which begin with its label; none where there is nothing to say. */
type FieldLines = (label: string, record: Recorded, options: MaskOptions) => Iterable<StyledLine>;

/** The labelled fields of a request: a label and a value on each line. */
export function* fieldLines(record: Recorded, options: MaskOptions = {}): Generator<StyledLine> {
  for (const field of labelledFields) {
    const lines = ownLines[field.name];
    yield* lines ? lines(field.label!, record, options) : plainLines(field, record);
  }
}

const labelColumns = 10;

function labelled(label: string, ...value: Span[]): StyledLine {
  return [['dim', label.padEnd(labelColumns)], ...value];
}

/** The fields that have lines of their own, in the order of the lines. */
const ownLines: { readonly [N in FieldName]?: FieldLines } = {
  id: (label, { request }) => [labelled(label, ['plain', printable(request.id)])],
  receivedAt: (label, { request: { receivedAt, ms } }) => [
    labelled(label, ['plain', `${momentText(receivedAt)}, in ${durationText(ms)}`]),
  ],
  remoteAddress: (label, { request }) => [labelled(label, ['plain', printable(request.remoteAddress)])],
  url: (label, { request }, options) => [
    labelled(label, ['plain', maskSecrets(printableLatin1(urlOf(request)), options)]),
  ],
  requestTarget: queryLines,
  project: (label, { request }) => [labelled(label, ['plain', printable(request.project)])],
  body: (label, { request: { body, state } }) => [
    labelled(label, ['plain', sizeText(body.size)], ...stateWords(state)),
  ],
  provider: (label, { classification: { provider } }) =>
    provider === null ? [] : [labelled(label, ['plain', printable(provider)])],
  event: (label, { classification: { provider, event } }) =>
    provider === null || event === null ? [] : [labelled(label, ['plain', printable(event)])],
  eventId: eventIdLines,
  'verification.result': (label, { classification: { provider, verification } }) =>
    provider === null ? [] : [labelled(label, [signatureText(verification).tone, verdictText(verification)])],
  'reply.status': replyLines,
  'reply.disconnectedAfterMs': (label, { reply: { disconnectedAfterMs: ms } }) =>
    ms === undefined
      ? []
      : [labelled(label, ['warn', `disconnected after ${durationText(ms)}, before its reply`])],
  refusal: (label, { refusal }) =>
    refusal === null
      ? []
      : [labelled(label, ['warn', printable(refusal)], ['plain', ': only replay sends it'])],
  handledBy(label, { refusal, handledBy }) {
    if (handledBy === null) return [];
    const how = refusal === null ? inFlags(phrase`: only replay and forward ${option('all')} send it`) : '';
    return [labelled(label, ['plain', `by the ${printable(handledBy)}${how}`])];
  },
  deliveries: waitingLines,
  replyDeadlineMs: lateLines,
};

const ownOrder = Object.keys(ownLines);

/** Those with lines of their own come first. */
const labelledFields = requestFieldList
  .filter(({ label }) => label !== undefined)
  .toSorted((a, b) => placeOf(a) - placeOf(b));

function placeOf({ name }: NamedField): number {
  return name in ownLines ? ownOrder.indexOf(name) : ownOrder.length;
}

/** The line of any other field: its value as text, if it has one. */
function plainLines(field: NamedField, record: Recorded): StyledLine[] {
  const value = fieldValue(field, partsOf(record));
  if (value === null || value === undefined) return [];
  const text = field.kind === 'time' ? momentText(value as number) : printable(String(value));
  return [labelled(field.label!, ['plain', text])];
}

function momentText(time: number): string {
  return `${dateText(time)} ${preciseTimeText(time)}`;
}

/** More parameters of a query are counted only. */
const mostParameters = 20;

/** The parameters of a query, decoded; the URL has them as they came. */
function* queryLines(
  label: string,
  { request: { requestTarget } }: Recorded,
  options: MaskOptions,
): Generator<StyledLine> {
  const start = requestTarget.indexOf('?');
  if (start < 0 || start === requestTarget.length - 1) return;
  const query = Buffer.from(requestTarget.slice(start + 1), 'latin1').toString('utf8');
  let count = 0;
  for (const [name, value] of formFields(query.replace(/#.*$/s, ''))) {
    if (count++ === mostParameters) {
      yield labelled('', ['dim', '…']);
      return;
    }
    const text = maskSecrets(`${printable(name)} = ${printable(value)}`, options);
    yield labelled(count === 1 ? label : '', ['plain', text]);
  }
}

function stateWords(state: RequestState): Span[] {
  switch (state) {
    case 'complete':
      return [];
    case 'truncated':
      return [['bad', inFlags(phrase`: more than ${option('maxBody')} allows, only the beginning was kept`)]];
    case 'aborted':
      return [['bad', ': the sender disconnected before all of it arrived']];
  }
}

/** The deliveries that are pending: held, or under way. */
function waitingLines(label: string, { deliveries, standings = [] }: Recorded): StyledLine[] {
  return deliveries
    .filter(({ state }) => state === 'pending')
    .map(({ target }) => {
      const standing = standings.find((each) => each.target === target);
      return standing
        ? labelled(label, ['warn', heldText(standing)])
        : labelled(label, ['plain', `${printable(target)} has not received it yet`]);
    });
}

function eventIdLines(label: string, { classification, redeliveryOf }: Recorded): StyledLine[] {
  const { provider, eventId } = classification;
  if (provider === null || eventId === null) return [];
  const again = redeliveryOf === undefined ? '' : `, redelivery of ${printable(redeliveryOf)}`;
  return [labelled(label, ['plain', printable(eventId)], ['warn', again])];
}

function replyLines(label: string, { reply, classification, attempts }: Recorded): StyledLine[] {
  if (reply.status === null) return [];
  const { text, tone } = httpStatus(reply.status);
  const live = attempts.find(({ kind }) => kind === 'forward');
  const isInTime = live && reply.by === 'target' && live.ms <= (classification.replyDeadlineMs ?? 0);
  const share = isInTime
    ? `, ${durationText(live.ms)} of the ${limitText(classification.replyDeadlineMs!)} ${printable(classification.provider ?? '')} waits`
    : '';
  return [labelled(label, [tone, text], ['plain', ` by the ${printable(reply.by ?? 'listener')}${share}`])];
}

function lateLines(label: string, { classification, attempts }: Recorded): StyledLine[] {
  const { replyDeadlineMs, provider } = classification;
  const late = attempts.find(({ kind, ms }) => kind === 'forward' && ms > (replyDeadlineMs ?? Infinity));
  if (!late) return [];
  const waits = `${printable(provider ?? '')} waits ${limitText(replyDeadlineMs!)} for a reply`;
  return [labelled(label, ['warn', `${durationText(late.ms)}, and ${waits}`])];
}
