import { parsedJson } from '../model/json.ts';
import { readPrivate } from './private-file.ts';

/**
 * The entries of a file in the state folder that holds one JSON object a line, in their order. What is not an entry is
 * left out; a missing file has none. Throws the file system's error otherwise.
 */
export function readEntries<T>(file: string, entryOf: (value: Partial<T>) => T | undefined): T[] {
  return (readPrivate(file) ?? '').split('\n').flatMap((line) => {
    const value = parsedJson(line);
    return typeof value === 'object' && value !== null ? (entryOf(value) ?? []) : [];
  });
}
