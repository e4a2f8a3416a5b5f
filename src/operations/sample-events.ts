import { mostSimilar } from '../model/did-you-mean.ts';
import { UserError } from '../model/errors.ts';
import { operation, option, type Phrase, phrase } from '../model/phrase.ts';
import type { Provider } from '../providers/core/provider.ts';
import { sampleProviders, samplesOf } from '../providers/samples/index.ts';
import type { Samples } from '../providers/samples/sample.ts';

/** The events of a provider that can be triggered. */
export interface SampleEvents {
  readonly provider: string;
  readonly events: readonly string[];
}

/** Names of events that a hint lists in full. */
const maxListed = 12;

/** The providers of which events can be triggered. */
export function providersWithSamples(): readonly string[] {
  return sampleProviders;
}

/** Lists the events that can be triggered, for one provider or all; throws a UserError for a provider without any. */
export async function* sampleEvents(provider?: string): AsyncGenerator<SampleEvents> {
  for (const name of provider === undefined ? sampleProviders : [provider]) {
    yield { provider: name, events: Object.keys(await samplesNamed(name)) };
  }
}

/** The sample of an event. Rejects with a UserError that suggests others. */
export async function sampleOf(
  { name, title }: Pick<Provider, 'name' | 'title'>,
  event: string | undefined,
): Promise<Samples[string]> {
  const samples = await samplesNamed(name);
  const sample = event === undefined ? undefined : samples[event];
  if (sample) return sample;
  const events = Object.keys(samples);
  const close = event === undefined ? undefined : mostSimilar(event, events);
  const all =
    events.length > maxListed
      ? phrase`Run ${operation('trigger', option('list'), name)} to see all.`
      : `Available: ${events.join(', ')}.`;
  throw new UserError(
    'usage',
    event === undefined
      ? `No event given for ${title}.`
      : `No sample for ${title} event ${JSON.stringify(event)}.`,
    close === undefined ? all : suggestion(close, all),
  );
}

function suggestion(close: string, all: string | Phrase): Phrase {
  return phrase`Did you mean ${close}? ${all}`;
}

async function samplesNamed(provider: string): Promise<Samples> {
  const samples = await samplesOf(provider);
  if (samples) return samples;
  throw new UserError(
    'usage',
    `No samples for ${JSON.stringify(provider)}.`,
    phrase`Available: ${sampleProviders.join(', ')}. For any other provider, use ${option('body', 'FILE')}, or ${option('from', 'REF')} to start from a recorded request.`,
  );
}
