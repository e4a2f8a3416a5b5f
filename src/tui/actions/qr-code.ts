import type { Controls, Handlers } from './controls.ts';
import { closeOverlay } from './help.ts';

/** Handler of the key that shows the public URL as a QR code; again: hides it. */
export function qrCodeHandlers(controls: Controls): Handlers<'qr-code'> {
  return {
    'qr-code'() {
      const { session, state, change, notice } = controls;
      if (state.overlay) closeOverlay(controls);
      else if (session.url === null && session.tunnel.state === 'closed')
        notice('There is no public URL: listen was started without a tunnel.', 'dim');
      else change({ type: 'overlay', overlay: { type: 'qr-code' } });
    },
  };
}
