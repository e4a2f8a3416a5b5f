import type { ProviderSecret } from '../../operations/provider-secret.ts';
import type { SecretPurpose } from '../state/state.ts';
import { textField } from '../state/text-field.ts';
import type { Controls } from './controls.ts';

/** Opens the prompt for a provider's secret. */
export function askForSecret(controls: Controls, secret: ProviderSecret, purpose: SecretPurpose): void {
  controls.change({ type: 'notice', notice: undefined });
  controls.change({ type: 'prompt', prompt: { type: 'secret', secret, purpose, field: textField('') } });
  controls.redraw();
}
