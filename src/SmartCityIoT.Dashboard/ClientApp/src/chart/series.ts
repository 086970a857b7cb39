import type { ChannelReading, History, SeriesPoint } from '../api/types';

export type RangeName = 'hour' | 'day' | 'week';

export const rangeMs: Record<RangeName, number> = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 };

/** Aligned columns as uPlot takes them: seconds, then mean, highest, lowest, and the mean again where a reading is not good. */
export interface SeriesColumns {
  time: number[];
  mean: (number | null)[];
  max: (number | null)[];
  min: (number | null)[];
  marked: (number | null)[];
  /** Quality bits of each row, which are named and not drawn. */
  quality: number[];
}

export const noColumns: SeriesColumns = { time: [], mean: [], max: [], min: [], marked: [], quality: [] };

/** A hole longer than this many intervals is drawn as a hole and not bridged by a line. */
const gapIntervals = 3.5;

/**
 * Columns of a history, with an empty row where samples are missing. What counts as missing is measured: the
 * bucket's length, or for single samples the middle distance between neighbours.
 */
export function columnsOf(points: readonly SeriesPoint[], intervalMs: number): SeriesColumns {
  const columns: SeriesColumns = { time: [], mean: [], max: [], min: [], marked: [], quality: [] };
  const longest = gapIntervals * (intervalMs > 0 ? intervalMs : middleDistance(points));
  let before: SeriesPoint | undefined;
  for (const point of points) {
    if (before && longest > 0 && point.time - before.time > longest) push(columns, (before.time + point.time) / 2, null);
    push(columns, point.time, point);
    before = point;
  }
  return columns;
}

function push(columns: SeriesColumns, time: number, point: SeriesPoint | null): void {
  columns.time.push(time / 1000);
  columns.mean.push(point?.mean ?? null);
  columns.max.push(point?.max ?? null);
  columns.min.push(point?.min ?? null);
  columns.marked.push(point && point.quality !== 0 ? point.mean : null);
  columns.quality.push(point?.quality ?? 0);
}

function middleDistance(points: readonly SeriesPoint[]): number {
  const distances = points.slice(1).map((point, index) => point.time - (points[index] as SeriesPoint).time);
  return distances.sort((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0;
}

/**
 * The history with a live reading added: a sample of its own in raw data, else merged into its bucket. A reading
 * that is not newer than what is there (late, or the same again) changes nothing.
 */
export function extend(history: History, reading: ChannelReading, field: string, from: number): History {
  const value = reading.values[field];
  const last = history.points.at(-1);
  if (value === undefined || reading.time < from) return history;
  const inView = history.points.filter((point) => point.time + history.interval >= from);
  const single: SeriesPoint = { time: reading.time, min: value, mean: value, max: value, count: 1, quality: reading.quality };
  if (history.interval === 0) {
    if (last && reading.time <= last.time) return history;
    return { ...history, points: [...inView, single] };
  }
  const bucket = Math.floor(reading.time / history.interval) * history.interval;
  if (!last || bucket > last.time) return { ...history, points: [...inView, { ...single, time: bucket }] };
  if (bucket < last.time) return history;
  const count = last.count + 1;
  const merged: SeriesPoint = {
    time: last.time,
    min: Math.min(last.min, value),
    max: Math.max(last.max, value),
    mean: last.mean + (value - last.mean) / count,
    count,
    quality: last.quality | reading.quality,
  };
  return { ...history, points: [...inView.slice(0, -1), merged] };
}

/** Points that a reading of doubtful quality went into, and every quality bit among them. */
export function marksOf(points: readonly SeriesPoint[]): { count: number; bits: number } {
  const marks = { count: 0, bits: 0 };
  for (const { quality } of points) {
    if (quality !== 0) marks.count++;
    marks.bits |= quality;
  }
  return marks;
}

/** Names of the bits that are set, in the order of the bits. */
export function namesOf(bits: number, names: readonly string[]): string[] {
  return names.filter((_, bit) => ((bits >> bit) & 1) === 1);
}

export interface SeriesSummary {
  min: number;
  mean: number;
  max: number;
  count: number;
}

export function summarise(points: readonly SeriesPoint[]): SeriesSummary | null {
  if (points.length === 0) return null;
  const summary: SeriesSummary = { min: Infinity, mean: 0, max: -Infinity, count: 0 };
  for (const point of points) {
    summary.min = Math.min(summary.min, point.min);
    summary.max = Math.max(summary.max, point.max);
    summary.count += point.count;
    summary.mean += point.mean * point.count;
  }
  summary.mean = summary.count > 0 ? summary.mean / summary.count : 0;
  return summary;
}
