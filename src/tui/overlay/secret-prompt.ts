import { inFlags } from '../../format/in-flags.ts';
import { printable } from '../../format/printable.ts';
import { type StyledLine, wrapLine } from '../../format/styled.ts';
import { option, phrase } from '../../model/phrase.ts';
import { secretVariable } from '../../model/secret-variable.ts';
import type { Layout } from '../state/layout.ts';
import type { Prompt } from '../state/state.ts';
import { type TextField, textField } from '../state/text-field.ts';

/** The prompt for a provider's secret. */
export type SecretPrompt = Extract<Prompt, { type: 'secret' }>;

/** Question and hint of the prompt. */
export function secretQuestion({ secret, purpose }: SecretPrompt): readonly [question: string, hint: string] {
  const hint =
    purpose.type === 'trigger' ? 'Enter sends; empty: unsigned; Esc cancels' : 'Enter verifies, Esc cancels';
  return [`${secret.kind} of ${printable(secret.title)}: `, hint];
}

/** The typed secret as dots. */
export function dottedField({ text }: TextField): TextField {
  return textField('•'.repeat([...text].length));
}

/** What the secret is for, and how to keep it, in place of the list. */
export function secretPromptLines(
  { secret, purpose }: SecretPrompt,
  layout: Pick<Layout, 'columns' | 'bodyRows' | 'size'>,
): StyledLine[] {
  const { title, kind, provider, isConfigured } = secret;
  const name = printable(title);
  const state = isConfigured ? `A ${kind} of ${name} is configured.` : `No ${kind} of ${name} is configured.`;
  const lines: StyledLine[] = [
    [['strong', purpose.type === 'trigger' ? `${name} signs its requests. ${state}` : state]],
    [],
    [['plain', `Paste the ${kind} of this endpoint, as ${name} shows it in its webhook settings.`]],
    [['plain', 'It is used until you quit: it is not stored, and masked wherever it occurs.']],
    ...(purpose.type === 'trigger'
      ? [
          [
            ['plain', 'Leave it empty to send the event unsigned: an app that verifies will reject it.'],
          ] as const,
        ]
      : []),
    [],
    [['plain', 'To keep it, start with one of these:']],
    [['key', `export ${secretVariable(provider)}=…`]],
    [['key', inFlags(phrase`webhook-cli listen ${option('secret', `${provider}=env:NAME`)}`)]],
    [
      ['key', `"secret": ["${provider}=env:NAME"]`],
      ['dim', '  in the config file'],
    ],
  ];
  const shown = layout.size === 'small' ? lines.filter((line) => line.length > 0) : lines;
  return shown.flatMap((line) => [...wrapLine(line, layout.columns - 2)]).slice(0, layout.bodyRows);
}
