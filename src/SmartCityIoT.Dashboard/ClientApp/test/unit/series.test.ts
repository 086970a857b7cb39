import { expect, test } from 'vitest';
import type { History } from '../../src/api/types';
import { columnsOf, extend, marksOf, namesOf, summarise } from '../../src/chart/series';
import { reading } from './samples';

const point = (time: number, value: number, count = 1, quality = 0) => ({ time, min: value, mean: value, max: value, count, quality });
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
  const before = history(60_000, { time: 60_000, min: 4, mean: 5, max: 6, count: 3, quality: 0 });
  expect(extend(before, reading(90_000, { flow: 9 }), 'flow', 0).points).toEqual([{ time: 60_000, min: 4, mean: 6, max: 9, count: 4, quality: 0 }]);
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

test('points with readings that are not good are marked, counted and named', () => {
  const points = [point(0, 1), point(60_000, 2, 3, 4), point(120_000, 3, 1, 16 | 4)];
  const columns = columnsOf(points, 60_000);
  expect(columns.marked).toEqual([null, 2, 3]);
  expect(columns.quality).toEqual([0, 4, 20]);
  expect(marksOf(points)).toEqual({ count: 2, bits: 20 });
  expect(namesOf(20, ['out of range', 'server time', 'late', 'stuck', 'test'])).toEqual(['late', 'test']);
  expect(marksOf([])).toEqual({ count: 0, bits: 0 });
});

test('a live reading brings its quality into its bucket', () => {
  const late = { ...reading(90_000, { flow: 9 }), quality: 4 };
  const before = history(60_000, point(60_000, 5, 3, 1));
  expect(extend(before, late, 'flow', 0).points.at(-1)?.quality).toBe(5);
  expect(extend(history(0), late, 'flow', 0).points.at(-1)?.quality).toBe(4);
});
