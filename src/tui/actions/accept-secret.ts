import { printable } from '../../format/printable.ts';
import type { SecretPrompt } from '../overlay/secret-prompt.ts';
import type { Controls } from './controls.ts';
import { trigger } from './trigger.ts';
import { verifyRequest } from './verify-request.ts';

/** Uses the secret that was given, if one was, and does what it was asked for. */
export function acceptSecret(controls: Controls, { secret, purpose, field }: SecretPrompt): void {
  const { session, change, notice, maskSecret, viewModel } = controls;
  const { provider, title, kind } = secret;
  const value = field.text.trim();
  if (value !== '') {
    maskSecret(value);
    session.giveSecret(provider, value);
    viewModel.verifyAgain();
    change({ type: 'unsigned', provider, on: false });
  }
  if (purpose.type === 'verify') {
    if (value === '') notice(`No ${kind} given: nothing has changed.`, 'dim');
    else verifyRequest(controls, purpose.seq, `${kind} of ${printable(title)} set for this session`);
    return;
  }
  if (value === '') change({ type: 'unsigned', provider, on: true });
  trigger(controls, provider, purpose.event);
}
