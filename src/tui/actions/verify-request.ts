import { printable } from '../../format/printable.ts';
import type { Seq } from '../../model/seq.ts';
import { verificationLines } from '../overlay/verification-lines.ts';
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
  const { session, change, notice, redraw, keymap, viewModel } = controls;
  const id = viewModel.summary(seq)?.id ?? '';
  const verification = async () => {
    const report = await session.verify(seq);
    const secret = report.provider && (await session.providerSecret(report.provider.name));
    const lines = verificationLines({ id, report, secret }, keymap);
    change({ type: 'overlay', overlay: { type: 'verification', lines } });
    if (done !== undefined) notice(done, 'good', seq);
    redraw();
  };
  verification().catch(showError(controls));
}

function setSecret(controls: Controls): void {
  const { session, notice } = controls;
  const request = selectedRequest(controls);
  const provider = request?.classification.provider;
  if (!request || !provider) return;
  session.providerSecret(provider).then((secret) => {
    if (secret) askForSecret(controls, secret, { type: 'verify', seq: request.seq });
    else notice(`${printable(provider)} does not sign its requests: it has no secret.`, 'dim');
  }, showError(controls));
}
