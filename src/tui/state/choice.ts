import type { Seq } from '../../model/seq.ts';

/** The use that is made of a picker's choice. */
export type PickerPurpose =
  | { readonly type: 'palette' }
  /** The target of a replay. */
  | { readonly type: 'target' }
  /** The provider whose event is triggered. */
  | { readonly type: 'provider' }
  | { readonly type: 'event'; readonly provider: string }
  /** The status of the reply to an intercepted request. */
  | { readonly type: 'status'; readonly seq: Seq };

/** One of the choices of a picker. Its texts are printable. */
export interface Choice {
  /** What is chosen. */
  readonly value: string;
  /** The name by which it is found. */
  readonly name: string;
  /** Other words by which it is found. */
  readonly words?: string | undefined;
  /** What is shown first: the name unless given. */
  readonly label?: string | undefined;
  /** What is shown beside it. */
  readonly text: string;
  /** The reason why it cannot be chosen now; it is not shown then. */
  readonly disabledReason?: string | undefined;
}
