import { printable } from '../../format/printable.ts';
import type { Acts, Controls } from '../controls.ts';

/** What is taken out of the UI. */
export function taking({ session, screen, notice }: Controls): Acts<'copy-url'> {
  return {
    'copy-url'() {
      const url = session.url ?? session.localUrl;
      screen.copy(url);
      const local = session.url === null ? ' (local: there is no public URL)' : '';
      notice(`copied ${printable(url)}${local}`, 'good');
    },
  };
}
