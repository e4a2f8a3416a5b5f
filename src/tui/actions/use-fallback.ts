import type { Controls, Handlers } from './controls.ts';

/** Handler of the key that uses the tunnel driver on offer while the default one gives no public URL. */
export function fallbackHandlers({ session, notice }: Controls): Handlers<'use-fallback'> {
  return {
    'use-fallback': () => {
      const { fallback } = session;
      if (fallback === undefined) return;
      session.takeFallback();
      notice(`opening a tunnel with ${fallback}; later sessions of this folder may use it, too`, 'good');
    },
  };
}
