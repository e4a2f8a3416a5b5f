/** A key in the help. */
export interface HelpRow {
  readonly label: string;
  readonly help: string;
  /** Other words by which it is found. */
  readonly words?: string | undefined;
}
