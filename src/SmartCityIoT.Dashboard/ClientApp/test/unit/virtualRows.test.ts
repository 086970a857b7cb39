import { expect, test } from 'vitest';
import { moveCursor, scrollToRow, visibleRows } from '../../src/list/virtualRows';

test('draws what the viewport shows and a few rows beyond', () => {
  expect(visibleRows(0, 560, 56, 2000)).toEqual({ first: 0, last: 16 });
  expect(visibleRows(5600, 560, 56, 2000)).toEqual({ first: 94, last: 116 });
});

test('the ends, and lists shorter than the viewport', () => {
  expect(visibleRows(0, 560, 56, 0)).toEqual({ first: 0, last: 0 });
  expect(visibleRows(0, 560, 56, 3)).toEqual({ first: 0, last: 3 });
  expect(visibleRows(2000 * 56 - 560, 560, 56, 2000)).toEqual({ first: 1984, last: 2000 });
  // A list that became shorter under its old scroll position shows its end.
  expect(visibleRows(90_000, 560, 56, 20)).toEqual({ first: 4, last: 20 });
  expect(visibleRows(-80, 560, 56, 2000).first).toBe(0);
});

test('every visible row is drawn, wherever the list is scrolled to', () => {
  const [rowHeight, height, count] = [56, 531, 137];
  for (let top = 0; top <= count * rowHeight - height; top += 7) {
    const { first, last } = visibleRows(top, height, rowHeight, count);
    expect(first * rowHeight).toBeLessThanOrEqual(top);
    expect(last * rowHeight).toBeGreaterThanOrEqual(top + height);
    expect(last - first).toBeLessThan(25);
  }
});

test('a row is scrolled into view by as little as it takes', () => {
  expect(scrollToRow(2, 500, 560, 56)).toBe(112);
  expect(scrollToRow(12, 200, 560, 56)).toBe(200);
  expect(scrollToRow(30, 0, 560, 56)).toBe(31 * 56 - 560);
});

test('keys move the cursor within the list', () => {
  expect(moveCursor('ArrowDown', 5, 10, 4)).toBe(6);
  expect(moveCursor('ArrowUp', 0, 10, 4)).toBe(0);
  expect(moveCursor('PageDown', 5, 10, 4)).toBe(8);
  expect(moveCursor('End', 0, 10, 4)).toBe(9);
  expect(moveCursor('Home', 9, 10, 4)).toBe(0);
  expect(moveCursor('a', 5, 10, 4)).toBeNull();
  expect(moveCursor('ArrowDown', 0, 0, 4)).toBeNull();
});
