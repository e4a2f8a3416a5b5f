import { expect, test } from 'vitest';
import { aRequest } from '../../../test/support/builders.ts';
import { unclassified } from '../../model/classification.ts';
import { noReply } from '../../model/reply.ts';
import { notWithheld } from '../../model/request.ts';
import { exportFormats } from './index.ts';

const record = {
  request: aRequest({ headers: [['Authorization', 'Bearer tok_42']] }),
  reply: noReply,
  classification: unclassified,
  redeliveryOf: undefined,
  ...notWithheld,
  deliveries: [],
  attempts: [],
};

const options = { origin: 'http://localhost:3000', secrets: ['tok_42'] };

test('gives every format its own name and key', () => {
  expect(new Set(exportFormats.map(({ name }) => name)).size).toBe(exportFormats.length);
  expect(new Set(exportFormats.map(({ key }) => key)).size).toBe(exportFormats.length);
});

test.each(exportFormats.map((format) => [format.name, format] as const))(
  '%s contains a secret only if it is exact or says so',
  (_, format) => {
    const { content, isMasked, ...rest } = format.export(record, options);
    const parts = [...content].map((part) => Buffer.from(part as string));
    const hasSecret = Buffer.concat(parts).includes('tok_42');
    expect(hasSecret).toBe(format.isExact || 'remark' in rest);
    expect(isMasked).toBe(!hasSecret);
  },
);
