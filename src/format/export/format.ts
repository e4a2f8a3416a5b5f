import type { RequestRecord } from '../../model/request.ts';
import type { MaskOptions } from '../mask.ts';

/** A request with its attempts, as a format gets it: unmasked. */
export type ExportedRecord = Omit<RequestRecord, 'seq'>;

/** The settings of an export; a format that is exact masks nothing. */
export interface ExportOptions extends MaskOptions {
  /** Address that a command sends the request to, such as `http://localhost:3000`. */
  readonly origin: string;
  /** The path token that let the request in: the target does not get to see it. */
  readonly pathToken?: string | undefined;
}

/** A request in a format. */
export interface Exported {
  readonly content: Iterable<string | Uint8Array>;
  /** Something in it was masked. */
  readonly isMasked: boolean;
  /** A remark for the user, after a comma. */
  readonly remark?: string;
}

/** A form in which a request is copied or written to a file. */
export interface ExportFormat {
  /** Its name in options and in the names of keys, such as `curl`. */
  readonly name: string;
  /** Its name for people, in a word. */
  readonly title: string;
  /** Extension of its files, without a dot. */
  readonly extension: string;
  readonly mediaType: string;
  /** It is data: never masked. */
  readonly isExact: boolean;
  /** The beginning of a file, which the clipboard does without. */
  readonly fileStart?: string;
  /** Its key in the menus of the terminal UI. */
  readonly key: string;
  /** It is in the help of the menus, but not on the key bar. */
  readonly isOffKeyBar?: boolean;
  /** The object of "export" in the help of its key. */
  readonly fileHelp: string;
  /** The object of "copy" in the help of its key; absent: it is for files only. */
  readonly copyHelp?: string;
  /** The object of "copied" in the notice. */
  readonly copyNoun?: string;
  export(record: ExportedRecord, options: ExportOptions): Exported;
}
