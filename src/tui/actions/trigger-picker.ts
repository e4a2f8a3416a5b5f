import { printable } from '../../format/printable.ts';
import { providersWithSamples, sampleEvents } from '../../operations/sample-events.ts';
import type { Choice } from '../state/choice.ts';
import { type TextField, textField } from '../state/text-field.ts';
import { type Controls, selectedRequest, showError } from './controls.ts';

/** Asks for the provider whose event is triggered; that of the selected request comes first. */
export function openProviderPicker(controls: Controls): void {
  const current = selectedRequest(controls)?.classification.provider;
  const names = providersWithSamples();
  const isCurrent = (name: string) => name === current;
  const choices = [...names.filter(isCurrent), ...names.filter((name) => !isCurrent(name))].map(
    (name): Choice => ({
      value: name,
      name: printable(name),
      text: isCurrent(name) ? 'provider of the selected request' : '',
    }),
  );
  controls.change({
    type: 'prompt',
    prompt: { type: 'picker', purpose: { type: 'provider' }, choices, field: textField(''), row: 0 },
  });
}

/** Asks for one of the events of a provider. */
export function openEventPicker(controls: Controls, provider: string, field: TextField): void {
  controls.change({
    type: 'prompt',
    prompt: {
      type: 'picker',
      purpose: { type: 'event', provider },
      choices: [],
      isLoading: true,
      field,
      row: 0,
    },
  });
  loadEvents(controls, provider).catch(showError(controls));
}

/** The picker may have been closed, or another opened, while the events were loaded. */
async function loadEvents(controls: Controls, provider: string): Promise<void> {
  for await (const { events } of sampleEvents(provider)) {
    const { prompt } = controls.state;
    const isOpen = prompt?.type === 'picker' && prompt.purpose.type === 'event' && prompt.isLoading;
    if (!isOpen || prompt.purpose.provider !== provider) return;
    const choices = events.map((event): Choice => ({ value: event, name: printable(event), text: '' }));
    controls.change({ type: 'prompt', prompt: { ...prompt, choices, isLoading: false } });
    controls.redraw();
  }
}
