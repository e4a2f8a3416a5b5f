import { printable } from '../../format/printable.ts';
import type { ProviderSecret } from '../../operations/provider-secret.ts';
import type { SecretPurpose } from '../state/state.ts';
import { textField } from '../state/text-field.ts';
import type { Controls } from './controls.ts';

/** Opens the prompt for a provider's secret, unless another one has been opened meanwhile. */
export function askForSecret(controls: Controls, secret: ProviderSecret, purpose: SecretPurpose): void {
  const { state, change, notice, redraw } = controls;
  if (state.prompt) {
    notice(`No ${secret.kind} of ${printable(secret.title)} is configured: nothing was sent.`, 'warn');
    return;
  }
  change({ type: 'notice', notice: undefined });
  change({ type: 'prompt', prompt: { type: 'secret', secret, purpose, field: textField('') } });
  redraw();
}
