import { describe, expect, test } from 'vitest';
import { openDocument } from '../../format/document/document.ts';
import type { StyledLine } from '../../format/styled.ts';
import { bodyOf } from '../../model/body.ts';
import type { Viewport } from '../state/state.ts';
import { createPager } from './pager.ts';

const text = (lines: readonly StyledLine[]) => lines.map((line) => line.map(([, part]) => part).join(''));

const head: StyledLine[] = [[['strong', 'head 1']], [['dim', 'head 2']]];

function pagerOf(body: string, lines: StyledLine[] = head, type = 'text/plain') {
  const pager = createPager(lines, openDocument(bodyOf(Buffer.from(body)), [['Content-Type', type]]));
  const shown = (viewport: Viewport | undefined, count = 3) => {
    const view = pager.view(viewport, count, 40);
    return { ...view, text: text(view.lines) };
  };
  const go = (viewport: Viewport, by: number): Viewport => ({
    ...viewport,
    cursor: pager.moved(viewport.cursor, by, 40),
  });
  return { pager, shown, go };
}

describe('a document below a head', () => {
  test('begins with the head', () => {
    const { shown } = pagerOf('a\nb\nc\nd');
    expect(shown(undefined)).toMatchObject({ text: ['head 1', 'head 2', 'a'], cursor: 0, line: 1 });
  });

  test('scrolls when the cursor leaves the screen, through document and head', () => {
    const { shown, go } = pagerOf('a\nb\nc\nd');
    let view = shown(undefined);
    view = shown(go(view.viewport, 3));
    expect(view).toMatchObject({ text: ['head 2', 'a', 'b'], cursor: 2 });
    view = shown(go(view.viewport, 100));
    expect(view).toMatchObject({ text: ['b', 'c', 'd'], cursor: 2, line: 4 });
    view = shown(go(view.viewport, -4));
    expect(view).toMatchObject({ text: ['head 2', 'a', 'b'], cursor: 0 });
    view = shown(go(view.viewport, -100));
    expect(view).toMatchObject({ text: ['head 1', 'head 2', 'a'], cursor: 0 });
  });

  test('keeps its position when lines are added to the head', () => {
    const { pager, shown } = pagerOf('a\nb\nc\nd');
    const { viewport } = shown(undefined);
    const more = createPager([...head, [['plain', 'head 3']]], pager.document);
    expect(text(more.view(viewport, 3, 40).lines)).toEqual(['head 1', 'head 2', 'head 3']);
    const fewer = createPager([], pager.document);
    expect(text(fewer.view(viewport, 3, 40).lines)).toEqual(['a', 'b', 'c']);
  });

  test('moves to the first and the last line', () => {
    const { pager, shown } = pagerOf('a\nb\nc\nd');
    const last = pager.last(40);
    expect(shown({ top: pager.first, cursor: last })).toMatchObject({ text: ['b', 'c', 'd'], cursor: 2 });
    const empty = pagerOf('', head);
    expect(
      empty.shown({ top: empty.pager.first, cursor: empty.pager.last(40) }).cursor,
    ).toBeGreaterThanOrEqual(0);
  });

  test('stays at the end while the document is still being read', async () => {
    const { pager } = pagerOf(Array.from({ length: 200_000 }, (_, line) => `line ${line}`).join('\n'), []);
    const before = pager.view({ top: pager.first, cursor: pager.first, atEnd: true }, 3, 40);
    expect(before.viewport.atEnd).toBe(true);
    await pager.document.prepare();
    const after = pager.view(before.viewport, 3, 40);
    expect(text(after.lines)).toEqual(['line 199997', 'line 199998', 'line 199999']);
    expect(after.viewport.atEnd).toBeUndefined();
  });

  test('keeps the cursor on a line that is folded', () => {
    const { pager, shown, go } = pagerOf('{"a":{"b":[1,2,3]},"c":1}', [], 'application/json');
    const inside = go(shown(undefined, 20).viewport, 3);
    const line = pager.document.toggleFold(inside.cursor.line)!;
    const view = shown({ ...inside, cursor: { line, at: 0 } }, 20);
    expect(view.text[view.cursor]).toContain('"b"');
    expect(view.text.length).toBeLessThan(9);
  });
});

test('stays at the end if the frame itself reads the rest', () => {
  const items = `${JSON.stringify({ id: 'x'.repeat(80) })},\n`.repeat(3_000);
  const pager = createPager([], openDocument(bodyOf(Buffer.from(`[${items}"the end"]`)), []));
  let view = pager.view({ top: pager.first, cursor: pager.first, atEnd: true }, 5, 80);
  while (view.viewport.atEnd) view = pager.view(view.viewport, 5, 80);
  expect(pager.document.complete).toBe(true);
  expect(text(view.lines).join('\n')).toContain('"the end"');
});
