import { command, commonOptions, type Invocation } from '../cli/command.ts';
import { type Io, write } from '../cli/io.ts';
import { stylingFor } from '../cli/output-style.ts';
import { stringifyJson } from '../format/json.ts';
import { printable } from '../format/printable.ts';
import { limitText } from '../format/time.ts';
import { padded, textWidth } from '../format/width.ts';
import { secretVariable } from '../model/secret-variable.ts';
import type { Provider } from '../providers/core/provider.ts';
import { knownProviders, providerOptions } from './options/providers.ts';

const options = { defineProvider: providerOptions.defineProvider, json: commonOptions.json } as const;

export const providersCommand = command({
  arguments: [{ name: 'name', help: 'show details of these providers only', many: true }],
  options,
  examples: ['webhook-cli providers', 'webhook-cli providers stripe slack', 'webhook-cli providers --json'],
  run: printProviders,
});

async function printProviders(invocation: Invocation<typeof options>): Promise<number> {
  const { args, options, io } = invocation;
  const none = {
    secret: undefined,
    providerOption: undefined,
    providerPath: undefined,
    useProjectSecrets: undefined,
  };
  const known = await knownProviders({ ...invocation, options: { ...none, ...options } });
  const { samplesOf } = await import('../providers/samples/index.ts');
  const chosen = args.length === 0 ? known.providers : args.map(known.named);
  const rows = await Promise.all(
    chosen.map(async (provider) => ({
      provider,
      events: Object.keys((await samplesOf(provider.name)) ?? {}),
    })),
  );
  if (options.json) {
    for (const row of rows) await write(io.stdout, `${stringifyJson(providerJson(row))}\n`);
  } else {
    const lines = args.length === 0 ? table(rows, io) : rows.flatMap(description);
    await write(io.stdout, `${lines.join('\n')}\n`);
  }
  return 0;
}

interface Row {
  readonly provider: Provider;
  /** The events that `trigger` sends. */
  readonly events: readonly string[];
}

function providerJson({ provider, events }: Row) {
  const { name, title, family, scheme, handshake, replyDeadlineMs, retries, evidence, note } = provider;
  const { source, deliverySource } = provider;
  return {
    name,
    title,
    family: family ?? null,
    scheme: scheme.kind,
    needs: scheme.needs,
    options: scheme.options ?? [],
    secretVariable: secretVariable(name),
    detects: provider.detect.length > 0,
    verifies: verifies(provider),
    signs: signs(provider),
    toleranceMs: scheme.toleranceMs ?? null,
    triggers: events,
    handshake: handshake?.label ?? null,
    replyDeadlineMs: replyDeadlineMs ?? null,
    retries: retries ?? null,
    evidence,
    source,
    deliverySource: deliverySource ?? null,
    note: note ?? null,
  };
}

/** False for a provider that never signs. */
function verifies({ scheme }: Provider): boolean {
  return scheme.needs !== 'nothing';
}

function signs({ scheme }: Provider): 'secret' | 'own key' | null {
  if (!scheme.sign) return null;
  return scheme.signsWith === 'key' ? 'own key' : 'secret';
}

const evidenceText = {
  vector: 'published vector',
  sdk: "vendor's SDK",
  text: "vendor's documentation",
  unconfirmed: 'not confirmed',
} as const;

const signingText = {
  secret: 'yes, with the secret',
  'own key': 'with a test key (--key)',
  none: 'no',
} as const;

/** From left to right; those at the end are left out where the terminal is too narrow for them. */
const headings = [
  'NAME',
  'DETECT',
  'VERIFY',
  'SIGN',
  'TRIGGER',
  'HANDSHAKE',
  'BACKED BY',
  'SCHEME',
  'SOURCE',
] as const;

/** Longer schemes and sources are cut on a terminal; `providers NAME` shows all of them. */
const widest = { SCHEME: 24, SOURCE: 64 } as const;

function table(rows: readonly Row[], { stdout, env }: Io): string[] {
  const { paint, symbols } = stylingFor(stdout, env);
  const signMark = { secret: symbols.ok, 'own key': 'own key', none: '' };
  const sorted = rows.toSorted((one, other) => (one.provider.name < other.provider.name ? -1 : 1));
  const cells = sorted.map(({ provider, events }) =>
    [
      provider.name,
      provider.detect.length > 0 ? symbols.ok : '',
      verifies(provider) ? symbols.ok : '',
      signMark[signs(provider) ?? 'none'],
      events.length === 0 ? '' : String(events.length),
      provider.handshake ? symbols.ok : '',
      evidenceText[provider.evidence],
      provider.scheme.kind,
      provider.source,
    ].map(printable),
  );
  if (!stdout.isTTY) return cells.map((row) => row.join('\t'));
  const { widths, isCut } = layout(cells, stdout.columns);
  const line = (row: readonly string[]) =>
    widths
      .map((width, index) => padded(row[index]!, width, 'left', symbols.ellipsis))
      .join(gap)
      .trimEnd();
  return [
    paint('dim', line(headings)),
    ...cells.map((row) => line([...row.slice(0, -1), row.at(-1)!.replace(/^https:\/\//, '')])),
    '',
    `${rows.length} providers. Run webhook-cli providers NAME for details${isCut ? '; a wider terminal shows more' : ''}.`,
  ];
}

const gap = '  ';

/** Whole columns as far as they fit; the last that is there takes what is left. */
function layout(cells: readonly (readonly string[])[], columns: number) {
  const widths: number[] = [];
  let left = columns;
  for (const [index, heading] of headings.entries()) {
    const most = heading in widest ? widest[heading as keyof typeof widest] : Number.POSITIVE_INFINITY;
    const needed = cells.reduce((max, row) => Math.max(max, textWidth(row[index]!)), heading.length);
    const width = Math.min(needed, most);
    // A source is of use from its host on.
    if (left < (heading === 'SOURCE' ? Math.min(width, 30) : width)) return { widths, isCut: true };
    widths.push(Math.min(width, left));
    left -= width + gap.length;
  }
  return { widths, isCut: false };
}

function eventsText(provider: string, events: readonly string[]): string | undefined {
  if (events.length === 0) return undefined;
  return events.length <= 12 ? events.join(', ') : `${events.length} events: trigger --list ${provider}`;
}

function description({ provider, events }: Row): string[] {
  const { name, title, family, scheme, handshake, replyDeadlineMs, retries, evidence, note } = provider;
  const { source, deliverySource } = provider;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['family', family],
    ['scheme', scheme.kind],
    [
      'needs',
      scheme.needs === 'nothing' ? 'nothing: does not sign' : `${scheme.needs} (${secretVariable(name)})`,
    ],
    ['options', scheme.options?.join(', ')],
    ['time limit', scheme.toleranceMs === undefined ? undefined : limitText(scheme.toleranceMs)],
    ['sign', signingText[signs(provider) ?? 'none']],
    ['triggers', eventsText(name, events)],
    ['handshake', handshake?.label],
    ['waits', replyDeadlineMs === undefined ? undefined : `${limitText(replyDeadlineMs)} for a reply`],
    ['retries', retries],
    ['backed by', evidenceText[evidence]],
    ['source', source],
    ['', deliverySource],
    ['note', note],
  ];
  return [
    printable(`${name}  ${title}`),
    ...facts.flatMap(([label, text]) =>
      text === undefined ? [] : [`  ${label.padEnd(11)}${printable(text)}`],
    ),
    '',
  ];
}
