import { requestJson, stringifyJson } from '../json.ts';
import type { ExportFormat } from './format.ts';

/** A request with all its attempts, as `show --json` prints it. */
export const jsonFormat = {
  name: 'json',
  title: 'JSON',
  extension: 'json',
  mediaType: 'application/json',
  isExact: true,
  key: 'j',
  fileHelp: 'JSON, with all attempts',
  export: (record) => ({
    content: [stringifyJson(requestJson(record, { bodies: true })), '\n'],
    isMasked: false,
  }),
} as const satisfies ExportFormat;
