import type { Assessor, ProviderSettings } from './assess.ts';
import type { Provider } from './core/provider.ts';

/** Gives the assessor: at once when the catalogue is loaded, undefined while it cannot be read. */
export type AssessorLoader = () => Assessor | Promise<Assessor | undefined>;

/**
 * Loads the catalogue of providers at the first call: that takes as long as the rest of a start, and nothing needs it
 * before the first request. `custom` providers are asked before the built-in ones.
 */
export function createAssessorLoader(
  custom: readonly Provider[],
  settings: ProviderSettings,
): AssessorLoader {
  let assessor: Assessor | undefined;
  let loading: Promise<Assessor | undefined> | undefined;

  async function load(): Promise<Assessor | undefined> {
    try {
      const { assessorWith } = await import('./provider-set.ts');
      assessor = assessorWith(custom, settings);
    } catch {
      // No file descriptor may be left for it now: requests are recorded all the same, and the next one tries again.
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
