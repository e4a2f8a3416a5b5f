import type { Assessor, ProviderSettings } from './assess.ts';
import type { Provider } from './core/provider.ts';

/** Returns the assessor, synchronously once the catalogue is loaded; undefined if it cannot be read now. */
export type AssessorLoader = () => Assessor | Promise<Assessor | undefined>;

/**
 * Loads the catalogue of providers on the first call: loading it would double the start-up time, and nothing needs it
 * before the first request. `custom` providers take precedence over built-in ones.
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
      // File descriptors may have run out. Requests are recorded all the same, and the next one tries again.
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
