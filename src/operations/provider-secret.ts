import type { Assessor } from '../providers/assess.ts';
import type { Provider } from '../providers/core/provider.ts';

/** The secret of a provider, without its value. */
export interface ProviderSecret {
  readonly provider: string;
  /** The provider's name for people. */
  readonly title: string;
  /** The kind of secret, such as `secret` or `token`. */
  readonly kind: Provider['scheme']['needs'];
  readonly isConfigured: boolean;
}

/** The secret that a provider needs; undefined if it needs none, or is not known. */
export async function providerSecret(
  { loadAssessor }: { readonly loadAssessor: () => Promise<Assessor> },
  name: string,
): Promise<ProviderSecret | undefined> {
  const assessor = await loadAssessor();
  const provider = assessor.byName(name);
  if (!provider || provider.scheme.needs === 'nothing') return undefined;
  const { title, scheme } = provider;
  return {
    provider: provider.name,
    title,
    kind: scheme.needs,
    isConfigured: assessor.contextOf(provider, 0).secrets.length > 0,
  };
}
