/** The place of a record in the order of recording: what cursors and "newest" go by, never the clock. */
export type Seq = number;
