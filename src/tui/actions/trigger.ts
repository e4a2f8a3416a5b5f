import { printable } from '../../format/printable.ts';
import { attemptStatus } from '../../format/status.ts';
import type { Outcome } from '../../model/attempt.ts';
import { UserError } from '../../model/errors.ts';
import { askForSecret } from './ask-for-secret.ts';
import { type Controls, showError } from './controls.ts';

/**
 * Sends a provider's sample event, such as `stripe charge.succeeded`, to the session's own address. Asks for the secret
 * to sign with first if none is configured, unless the user has chosen to do without.
 */
export function trigger(controls: Controls, provider: string, event: string): void {
  const { notice, session, state } = controls;
  const isUnsigned = state.unsigned.includes(provider);
  const what = printable(`${provider} ${event}`.trim());
  notice(`triggering ${what} …`, 'dim');
  const triggered = async () => {
    try {
      const outcome = await session.trigger(provider, event, { requireSecret: !isUnsigned });
      report(controls, `${what}${isUnsigned ? ', unsigned' : ''}`, outcome);
    } catch (error) {
      const isMissing = error instanceof UserError && error.code === 'secret-missing';
      const secret = isMissing ? await session.providerSecret(provider) : undefined;
      if (!secret) throw error;
      askForSecret(controls, secret, { type: 'trigger', event });
    }
  };
  triggered().catch(showError(controls));
}

function report({ notice }: Controls, what: string, outcome: Outcome): void {
  if (outcome.type === 'failed') {
    notice(`${what} did not arrive: ${printable(outcome.message)}`, 'bad');
    return;
  }
  const { text, tone } = attemptStatus(outcome.response.status, undefined);
  notice(`triggered ${what}: ${text}`, tone);
}
