import type { Acts, Controls } from '../controls.ts';

export function reading({
  notice,
}: Controls): Acts<
  | 'fold'
  | 'fold-all'
  | 'next-match'
  | 'previous-match'
  | 'raw'
  | 'search'
  | 'open-related'
  | 'compare-attempts'
  | 'compare-marked'
> {
  const no = () => notice('not yet', 'dim');
  return {
    fold: no,
    'fold-all': no,
    'next-match': no,
    'previous-match': no,
    raw: no,
    search: no,
    'open-related': no,
    'compare-attempts': no,
    'compare-marked': no,
  };
}
