import { inFlags } from '../../format/in-flags.ts';
import { maskSecrets } from '../../format/mask.ts';
import { printable } from '../../format/printable.ts';
import { option, phrase } from '../../model/phrase.ts';
import type { Seq } from '../../model/seq.ts';
import type { ProviderSecret } from '../../operations/provider-secret.ts';
import { hasSeveralLines, verificationLines } from '../overlay/verification-lines.ts';
import { askForSecret } from './ask-for-secret.ts';
import { type Controls, type Handlers, selectedRequest, showError } from './controls.ts';

/** Handlers of the keys that verify the signature of the selected request. */
export function verificationHandlers(controls: Controls): Handlers<'verify' | 'set-secret'> {
  return {
    verify() {
      const request = selectedRequest(controls);
      if (request) verifyRequest(controls, request.seq);
    },
    'set-secret': () => setSecret(controls),
  };
}

/** Verifies the signature of a request again and shows the result with its explanation. */
export function verifyRequest(controls: Controls, seq: Seq, done?: string): void {
  const { session, change, notice, redraw, keymap, viewModel, masking } = controls;
  const id = viewModel.summary(seq)?.id ?? '';
  const verification = async () => {
    const report = await session.verify(seq);
    const secret = report.provider && (await session.providerSecret(report.provider.name));
    const lines = verificationLines({ id, report, secret }, keymap);
    const masked = lines.map((line) =>
      line.map(([tone, text]) => [tone, maskSecrets(text, masking)] as const),
    );
    change({ type: 'overlay', overlay: { type: 'verification', lines: masked } });
    if (done !== undefined) notice(done, 'good', seq);
    redraw();
  };
  verification().catch(showError(controls));
}

function startHint({ provider, title, kind }: ProviderSecret): string {
  return inFlags(
    phrase`The ${kind} of ${printable(title)} has several lines: start with ${option('secret', `${provider}=file:PATH`)}.`,
  );
}

function setSecret(controls: Controls): void {
  const { session, notice } = controls;
  const request = selectedRequest(controls);
  const provider = request?.classification.provider;
  if (!request) return;
  if (!provider) {
    notice('The provider of this request is not known, so it has no secret.', 'dim');
    return;
  }
  session.providerSecret(provider).then((secret) => {
    if (!secret) notice(`${printable(provider)} does not sign its requests: it has no secret.`, 'dim');
    else if (hasSeveralLines(secret)) notice(startHint(secret), 'dim');
    else askForSecret(controls, secret, { type: 'verify', seq: request.seq });
  }, showError(controls));
}
