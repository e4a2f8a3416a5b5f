import type { Samples } from './sample.ts';

/** Loaders of the samples of each provider. */
const sources: Readonly<Record<string, () => Promise<Samples>>> = {
  clerk: async () => (await import('./clerk.ts')).clerkSamples,
  discord: async () => (await import('./discord.ts')).discordSamples,
  github: async () => (await import('./github.ts')).githubSamples(),
  gitlab: async () => (await import('./gitlab.ts')).gitlabSamples,
  hubspot: async () => (await import('./hubspot.ts')).hubspotSamples,
  'lemon-squeezy': async () => (await import('./lemon-squeezy.ts')).lemonSqueezySamples,
  linear: async () => (await import('./linear.ts')).linearSamples,
  paddle: async () => (await import('./paddle.ts')).paddleSamples,
  resend: async () => (await import('./resend.ts')).resendSamples,
  shopify: async () => (await import('./shopify.ts')).shopifySamples,
  slack: async () => (await import('./slack.ts')).slackSamples,
  square: async () => (await import('./square.ts')).squareSamples,
  stripe: async () => (await import('./stripe.ts')).stripeSamples,
  twilio: async () => (await import('./twilio.ts')).twilioSamples,
  typeform: async () => (await import('./typeform.ts')).typeformSamples,
  zoom: async () => (await import('./zoom.ts')).zoomSamples,
};

/** The names of the providers that have samples. */
export const sampleProviders: readonly string[] = Object.keys(sources);

/** The samples of a provider, or undefined if it has none. */
export async function samplesOf(provider: string): Promise<Samples | undefined> {
  return sources[provider]?.();
}
