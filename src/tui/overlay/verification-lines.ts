import { inFlags } from '../../format/in-flags.ts';
import { printable, printableLatin1 } from '../../format/printable.ts';
import { markSymbol, senderText, signatureText, verdictText } from '../../format/sender-text.ts';
import type { Span, StyledLine } from '../../format/styled.ts';
import { limitText } from '../../format/time.ts';
import type { ProviderSecret } from '../../operations/provider-secret.ts';
import { signatureAdvice } from '../../operations/signature-advice.ts';
import type { Report } from '../../operations/verify.ts';
import type { Keymap } from '../input/keymap.ts';

/** A verified request. */
interface Verified {
  readonly id: string;
  readonly report: Report;
  readonly secret: ProviderSecret | undefined;
}

/** The verification of a request's signature: the result, why it is so, what was checked, and what to do next. */
export function verificationLines({ id, report, secret }: Verified, keymap: Keymap): StyledLine[] {
  const { classification, verdict } = report;
  const { mark, tone } = signatureText(verdict);
  return [
    [
      ['strong', `Signature of ${printable(id)}`],
      ['plain', `  ${senderText(classification)}`.trimEnd()],
    ],
    [],
    [[tone === 'dim' ? 'warn' : tone, `${markSymbol(mark)} ${verdictText(verdict)}`.trimStart()]],
    ...explanationLines(report),
    [],
    ...checkedLines(report, secret),
    [],
    ...(secret && !hasSeveralLines(secret) ? [keyLine(keymap.keyOf('set-secret'), nextStep(secret))] : []),
    keyLine('', `In a shell: webhook-cli verify ${printable(id)}`),
  ];
}

function explanationLines(report: Report): StyledLine[] {
  const advice = signatureAdvice(report);
  if (!advice) return [];
  const hints = [inFlags(advice.hint), ...(advice.details ?? [])].flatMap((text) => text.split('\n'));
  return [
    [['plain', printable(advice.message)]],
    ...hints.map((hint): StyledLine => [['plain', printable(hint)]]),
  ];
}

function checkedLines({ provider }: Report, secret: ProviderSecret | undefined): StyledLine[] {
  if (!provider) return [];
  const { title, scheme, source } = provider;
  const age = scheme.toleranceMs === undefined ? '' : `, at most ${limitText(scheme.toleranceMs)} old`;
  const url = scheme.signsUrl ? ', with the URL' : '';
  const places = scheme.signatureAt.map((place) => printableLatin1(place).replace(/^header:/, 'header '));
  return [
    labelled('provider', ['plain', printable(title)]),
    labelled('scheme', ['plain', `${printable(scheme.kind)}${url}${age}`]),
    ...(places.length === 0 ? [] : [labelled('signature', ['plain', `in ${places.join(', ')}`])]),
    ...(secret
      ? [labelled(secret.kind, secret.isConfigured ? ['plain', 'configured'] : ['warn', 'none configured'])]
      : []),
    labelled('see', ['key', printable(source)]),
  ];
}

/** Kinds of secrets that a field of one line cannot take. */
export function hasSeveralLines({ kind }: ProviderSecret): boolean {
  return kind === 'public key' || kind === 'certificate';
}

function nextStep({ kind, isConfigured }: ProviderSecret): string {
  return `tries ${isConfigured ? 'another' : 'a'} ${kind} for this session and verifies again`;
}

function keyLine(label: string, text: string): StyledLine {
  return label === ''
    ? [['dim', text]]
    : [
        ['key', label],
        ['plain', ` ${text}`],
      ];
}

const labelColumns = 13;

function labelled(label: string, value: Span): StyledLine {
  return [['dim', label.padEnd(labelColumns)], value];
}
