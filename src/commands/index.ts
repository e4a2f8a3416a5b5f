import type { CommandSpec } from './command.ts';
import { deleteCommand } from './delete.ts';
import { dropCommand } from './drop.ts';
import { forwardCommand } from './forward.ts';
import { listCommand } from './list.ts';
import { listenCommand } from './listen.ts';
import { replayCommand } from './replay.ts';
import { retryCommand } from './retry.ts';
import { showCommand } from './show.ts';

/** Every command, in the order of help. A new one is a file and a line here. */
export const commands: readonly CommandSpec[] = [
  listenCommand,
  forwardCommand,
  replayCommand,
  listCommand,
  showCommand,
  retryCommand,
  dropCommand,
  deleteCommand,
];
