import type { HeaderList } from '../../model/headers.ts';
import type { Fresh, Samples } from './sample.ts';

interface Examples {
  readonly name: string;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

/** The examples that GitHub's Octokit publishes: the first of each event and of each of its actions. */
export async function githubSamples(): Promise<Samples> {
  const loaded = await import('@octokit/webhooks-examples', { with: { type: 'json' } });
  const samples: Record<string, Samples[string]> = {};
  for (const { name, examples } of loaded.default as unknown as readonly Examples[]) {
    for (const payload of examples) {
      const { action } = payload;
      const finer = typeof action === 'string' ? `${name}.${action}` : name;
      samples[finer] ??= (fresh) => ({ headers: headersOf(name, fresh), body: payload });
      samples[name] ??= samples[finer];
    }
  }
  return samples;
}

/** https://docs.github.com/webhooks/webhook-events-and-payloads#delivery-headers */
function headersOf(event: string, { uuid, digits, hex }: Fresh): HeaderList {
  return [
    ['Accept', '*/*'],
    ['Content-Type', 'application/json'],
    ['User-Agent', `GitHub-Hookshot/${hex(7)}`],
    ['X-GitHub-Delivery', uuid()],
    ['X-GitHub-Event', event],
    ['X-GitHub-Hook-ID', digits(9)],
    ['X-GitHub-Hook-Installation-Target-ID', digits(9)],
    ['X-GitHub-Hook-Installation-Target-Type', 'repository'],
  ];
}
