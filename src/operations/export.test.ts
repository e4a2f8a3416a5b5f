import { expect, onTestFinished, test } from 'vitest';
import { aRequest } from '../../test/support/builders.ts';
import type { ExportFormat } from '../format/export/format.ts';
import { exportFormats } from '../format/export/index.ts';
import { openStore } from '../store/store.ts';
import { exportRequest } from './export.ts';

const token = 'a'.repeat(32);

async function aRecord() {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  const { id: sessionId } = await store.openSession({ project: 'shop' });
  const seq = await store.add(
    aRequest({ requestTarget: `/${token}/hooks`, headers: [['Authorization', 'Bearer secret']] }),
    { sessionId },
  );
  return store.record(seq)!;
}

test.each(exportFormats.map((format) => [format.name, format as ExportFormat] as const))(
  'exports as %s, with the beginning of a file if asked',
  async (_, format) => {
    const input = { record: await aRecord(), format, origin: 'http://localhost:3000' };
    const context = { pathTokenOf: () => token };
    const text = (isFile: boolean) =>
      Buffer.concat(
        [...exportRequest(context, { ...input, isFile }).content].map((part) => Buffer.from(part as string)),
      ).toString();
    expect(text(true)).toBe((format.fileStart ?? '') + text(false));
    expect(text(false)).toContain('hooks');
    expect(text(false).includes('Bearer secret')).toBe(format.name !== 'curl');
    expect(text(false).includes(token)).toBe(!format.name.startsWith('curl'));
  },
);
