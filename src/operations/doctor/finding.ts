import type { Phrase } from '../../model/phrase.ts';

/** The areas that doctor looks at, in the order in which it tells of them. */
export type DoctorArea =
  | 'runtime'
  | 'config'
  | 'database'
  | 'port'
  | 'target'
  | 'tunnel'
  | 'clock'
  | 'container';

/** One thing that doctor found. */
export interface Finding {
  readonly area: DoctorArea;
  /** `failed`: it keeps requests from arriving, or from being recorded or forwarded. */
  readonly state: 'ok' | 'warning' | 'failed';
  /** A sentence. */
  readonly message: string | Phrase;
  /** What to do; undefined if nothing has to be done. */
  readonly hint?: string | Phrase | undefined;
}

/** A finding that needs nothing. */
export function ok(area: DoctorArea, message: string): Finding {
  return { area, state: 'ok', message };
}

/** A finding that may matter. */
export function warning(area: DoctorArea, message: string, hint: string | Phrase): Finding {
  return { area, state: 'warning', message, hint };
}

/** A finding that keeps requests from arriving. */
export function failed(
  area: DoctorArea,
  message: string | Phrase,
  hint: string | Phrase | undefined,
): Finding {
  return { area, state: 'failed', message, hint };
}
