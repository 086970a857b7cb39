import { expect, test } from 'vitest';
import type { History } from '../../src/api/types';
import { columnsOf, extend, summarise } from '../../src/chart/series';
import { reading } from './samples';

const point = (time: number, value: number, count = 1) => ({ time, min: value, mean: value, max: value, count });
const history = (interval: number, ...points: ReturnType<typeof point>[]): History => ({ field: 'flow', unit: 'm3/h', interval, points });

test('a hole in the samples is a hole in the line', () => {
  const columns = columnsOf([point(0, 1), point(60_000, 2), point(120_000, 3), point(900_000, 4)], 0);
  expect(columns.mean).toEqual([1, 2, 3, null, 4]);
  expect(columns.time).toEqual([0, 60, 120, 510, 900]);
});

test('neighbouring buckets are joined, one empty bucket too', () => {
  expect(columnsOf([point(0, 1), point(60_000, 2), point(180_000, 3)], 60_000).mean).toEqual([1, 2, 3]);
});

test('a live reading extends samples, once', () => {
  const before = history(0, point(1_000, 5));
  const after = extend(before, reading(2_000, { flow: 6 }), 'flow', 0);
  expect(after.points.map(({ mean }) => mean)).toEqual([5, 6]);
  expect(extend(after, reading(2_000, { flow: 6 }), 'flow', 0)).toBe(after);
  expect(extend(after, reading(500, { flow: 9 }), 'flow', 0)).toBe(after);
  expect(extend(after, reading(3_000, { pressure: 9 }), 'flow', 0)).toBe(after);
});

test('a live reading is merged into its bucket or opens the next', () => {
  const before = history(60_000, { time: 60_000, min: 4, mean: 5, max: 6, count: 3 });
  expect(extend(before, reading(90_000, { flow: 9 }), 'flow', 0).points).toEqual([{ time: 60_000, min: 4, mean: 6, max: 9, count: 4 }]);
  expect(extend(before, reading(121_000, { flow: 1 }), 'flow', 0).points.at(-1)).toEqual(point(120_000, 1));
});

test('what has left the range is dropped', () => {
  const after = extend(history(0, point(1_000, 1), point(5_000, 2)), reading(9_000, { flow: 3 }), 'flow', 4_000);
  expect(after.points.map(({ time }) => time)).toEqual([5_000, 9_000]);
});

test('the mean of a summary weighs buckets by their samples', () => {
  expect(summarise([point(0, 1, 1), point(1, 4, 3)])).toEqual({ min: 1, mean: 3.25, max: 4, count: 4 });
  expect(summarise([])).toBeNull();
});
