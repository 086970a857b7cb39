/** Rows `first` to `last` (excluded) are drawn. */
export interface RowRange {
  first: number;
  last: number;
}

/** Rows drawn beyond each edge of the viewport, so that a scroll shows content before the next draw. */
const overscan = 6;

/** Which of `count` rows of one height a viewport shows. */
export function visibleRows(scrollTop: number, viewportHeight: number, rowHeight: number, count: number): RowRange {
  if (count === 0 || rowHeight <= 0) return { first: 0, last: 0 };
  const top = Math.max(0, Math.min(scrollTop, count * rowHeight - viewportHeight));
  const first = Math.max(0, Math.floor(top / rowHeight) - overscan);
  const last = Math.min(count, Math.ceil((top + viewportHeight) / rowHeight) + overscan);
  return { first, last: Math.max(first, last) };
}

/** The scroll position nearest to the present one at which row `index` is wholly in the viewport. */
export function scrollToRow(index: number, scrollTop: number, viewportHeight: number, rowHeight: number): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  const overhang = top + rowHeight - (scrollTop + viewportHeight);
  return overhang > 0 ? scrollTop + overhang : scrollTop;
}

/** Where a key moves the cursor in a list of `count` rows; null for a key that does not move it. */
export function moveCursor(key: string, cursor: number, count: number, rowsPerPage: number): number | null {
  const last = count - 1;
  if (last < 0) return null;
  const page = Math.max(1, rowsPerPage - 1);
  const target: Record<string, number> = {
    ArrowDown: cursor + 1,
    ArrowUp: cursor - 1,
    PageDown: cursor + page,
    PageUp: cursor - page,
    Home: 0,
    End: last,
  };
  const to = target[key];
  return to === undefined ? null : Math.max(0, Math.min(last, to));
}
