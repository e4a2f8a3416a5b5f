import { describe, expect, test } from 'vitest';
import { openDocument } from '../format/document/document.ts';
import type { StyledLine } from '../format/styled.ts';
import { bodyOf } from '../model/body.ts';
import { createReader, type Reading } from './reader.ts';

const text = (lines: readonly StyledLine[]) => lines.map((line) => line.map(([, part]) => part).join(''));

const head: StyledLine[] = [[['strong', 'head 1']], [['dim', 'head 2']]];

function readerOf(body: string, lines: StyledLine[] = head, type = 'text/plain') {
  const reader = createReader(lines, openDocument(bodyOf(Buffer.from(body)), [['Content-Type', type]]));
  const shown = (reading: Reading | undefined, count = 3) => {
    const view = reader.view(reading, count, 40);
    return { ...view, text: text(view.lines) };
  };
  const go = (reading: Reading, by: number): Reading => ({
    ...reading,
    cursor: reader.moved(reading.cursor, by, 40),
  });
  return { reader, shown, go };
}

describe('a document under lines of our own', () => {
  test('begins with those lines', () => {
    const { shown } = readerOf('a\nb\nc\nd');
    expect(shown(undefined)).toMatchObject({ text: ['head 1', 'head 2', 'a'], cursor: 0, line: 1 });
  });

  test('scrolls when the cursor leaves the screen, down and up again, over both', () => {
    const { shown, go } = readerOf('a\nb\nc\nd');
    let view = shown(undefined);
    view = shown(go(view.reading, 3));
    expect(view).toMatchObject({ text: ['head 2', 'a', 'b'], cursor: 2 });
    view = shown(go(view.reading, 100));
    expect(view).toMatchObject({ text: ['b', 'c', 'd'], cursor: 2, line: 4 });
    view = shown(go(view.reading, -4));
    expect(view).toMatchObject({ text: ['head 2', 'a', 'b'], cursor: 0 });
    view = shown(go(view.reading, -100));
    expect(view).toMatchObject({ text: ['head 1', 'head 2', 'a'], cursor: 0 });
  });

  test('stays where it is when lines are added above the document', () => {
    const { reader, shown } = readerOf('a\nb\nc\nd');
    const { reading } = shown(undefined);
    const more = createReader([...head, [['plain', 'head 3']]], reader.document);
    expect(text(more.view(reading, 3, 40).lines)).toEqual(['head 1', 'head 2', 'head 3']);
    const fewer = createReader([], reader.document);
    expect(text(fewer.view(reading, 3, 40).lines)).toEqual(['a', 'b', 'c']);
  });

  test('can be gone through from end to end', () => {
    const { reader, shown } = readerOf('a\nb\nc\nd');
    const last = reader.last(40);
    expect(shown({ top: reader.first, cursor: last })).toMatchObject({ text: ['b', 'c', 'd'], cursor: 2 });
    const empty = readerOf('', head);
    expect(
      empty.shown({ top: empty.reader.first, cursor: empty.reader.last(40) }).cursor,
    ).toBeGreaterThanOrEqual(0);
  });

  test('stays at the end while more of it is being read', async () => {
    const { reader } = readerOf(Array.from({ length: 200_000 }, (_, line) => `line ${line}`).join('\n'), []);
    const before = reader.view({ top: reader.first, cursor: reader.first, atEnd: true }, 3, 40);
    expect(before.reading.atEnd).toBe(true);
    await reader.document.prepare();
    const after = reader.view(before.reading, 3, 40);
    expect(text(after.lines)).toEqual(['line 199997', 'line 199998', 'line 199999']);
    expect(after.reading.atEnd).toBeUndefined();
  });

  test('keeps the cursor at its line when that folds', () => {
    const { reader, shown, go } = readerOf('{"a":{"b":[1,2,3]},"c":1}', [], 'application/json');
    const inside = go(shown(undefined, 20).reading, 3);
    const line = reader.document.toggleFold(inside.cursor.line)!;
    const view = shown({ ...inside, cursor: { line, at: 0 } }, 20);
    expect(view.text[view.cursor]).toContain('"b"');
    expect(view.text.length).toBeLessThan(9);
  });
});

test('who went to the end stays there, also where the rest is read by the very frame that shows it', () => {
  const items = `${JSON.stringify({ id: 'x'.repeat(80) })},\n`.repeat(3_000);
  const reader = createReader([], openDocument(bodyOf(Buffer.from(`[${items}"the end"]`)), []));
  let view = reader.view({ top: reader.first, cursor: reader.first, atEnd: true }, 5, 80);
  while (view.reading.atEnd) view = reader.view(view.reading, 5, 80);
  expect(reader.document.complete).toBe(true);
  expect(text(view.lines).join('\n')).toContain('"the end"');
});
