import { fieldPrompt } from '../state/state.ts';
import type { Controls } from './controls.ts';

/** Shows the help for the current view; an open prompt comes back after it. */
export function openHelp({ state: { prompt }, change }: Controls): void {
  change({ type: 'prompt', prompt: undefined });
  change({ type: 'overlay', overlay: { type: 'help', search: '', prompt } });
}

/** Closes the overlay, and opens the prompt again that the help was opened from. */
export function closeOverlay({ state: { overlay }, change }: Controls): void {
  change({ type: 'overlay', overlay: undefined });
  if (overlay?.type === 'help') change({ type: 'prompt', prompt: overlay.prompt });
}

/** Asks for words to search the help for. */
export function searchHelp({ state: { overlay }, change }: Controls): void {
  if (overlay?.type === 'help') change({ type: 'prompt', prompt: fieldPrompt('help', overlay.search) });
}

/** Shows only the keys that match these words. */
export function setHelpSearch({ state: { overlay }, change }: Controls, search: string): void {
  if (overlay?.type === 'help') change({ type: 'overlay', overlay: { ...overlay, search } });
}
