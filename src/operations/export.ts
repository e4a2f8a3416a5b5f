import type { Exported, ExportFormat, ExportOptions } from '../format/export/format.ts';
import type { RequestRecord } from '../model/request.ts';

/** The parts that exports use. */
export interface ExportContext {
  /** Finds the path token of a request target, which is not exported. */
  readonly pathTokenOf: (requestTarget: string) => string | undefined;
}

/** A request and the form in which it is exported. */
export interface ExportInput extends Omit<ExportOptions, 'pathToken'> {
  readonly record: RequestRecord;
  readonly format: ExportFormat;
  /** Begin with what a file of this format begins with, such as `#!/bin/sh`. */
  readonly isFile?: boolean | undefined;
}

/** Exports a request, unmasked unless the format masks it. The content is made as it is read. */
export function exportRequest(
  { pathTokenOf }: ExportContext,
  { record, format, isFile = false, ...options }: ExportInput,
): Exported {
  const pathToken = pathTokenOf(record.request.requestTarget);
  const exported = format.export(record, { ...options, pathToken });
  const { fileStart } = format;
  if (!isFile || fileStart === undefined) return exported;
  return { ...exported, content: startedBy(fileStart, exported.content) };
}

function* startedBy(start: string, content: Exported['content']): Generator<string | Uint8Array> {
  yield start;
  yield* content;
}
