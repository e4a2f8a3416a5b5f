import type { Samples } from './sample.ts';

/** Who can be triggered: each provider's samples are loaded when they are asked for. */
const sources: Readonly<Record<string, () => Promise<Samples>>> = {
  github: async () => (await import('./github.ts')).githubSamples(),
  stripe: async () => (await import('./stripe.ts')).stripeSamples,
};

/** The names of the providers that have samples. */
export const sampleProviders: readonly string[] = Object.keys(sources);

/** The samples of a provider, or undefined if it has none. */
export async function samplesOf(provider: string): Promise<Samples | undefined> {
  return sources[provider]?.();
}
