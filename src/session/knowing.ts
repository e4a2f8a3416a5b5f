import type { Assessor, ProviderSettings } from '../providers/assess.ts';
import type { ListenOptions } from './listen-options.ts';

/** Who knows the providers, at once where that has been read; undefined where it can't be, for the moment. */
export type Knowing = () => Assessor | Promise<Assessor | undefined>;

/**
 * Reads the catalogue of providers when it is first asked for: that takes as long as all else at a start, and until
 * the first request arrives nobody needs it.
 */
export function createKnowing(options: ListenOptions): Knowing {
  let assessor: Assessor | undefined;
  let loading: Promise<Assessor | undefined> | undefined;

  async function load(): Promise<Assessor | undefined> {
    try {
      const { assessorWith } = await import('../providers/catalogue-set.ts');
      assessor = assessorWith(options.providers ?? [], settingsOf(options));
    } catch {
      // There may be no file descriptor left for it now: what arrives is recorded all the same.
      loading = undefined;
    }
    return assessor;
  }

  return () => {
    if (assessor) return assessor;
    loading ??= load();
    return loading;
  };
}

/** What is configured of providers, with what the session's own options say of them. */
function settingsOf({ providerSettings, confirmSns }: ListenOptions): ProviderSettings {
  if (!confirmSns) return providerSettings ?? {};
  const sns = { ...providerSettings?.options?.get('aws-sns'), confirmSns: 'yes' };
  return { ...providerSettings, options: new Map([...(providerSettings?.options ?? []), ['aws-sns', sns]]) };
}
