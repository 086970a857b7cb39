import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Formatter } from '../text/format';
import type { SeriesColumns } from './series';

const secondsPerDay = 86_400;

interface SeriesChartOptions {
  container: HTMLElement;
  timeZone: string;
  format: Formatter;
  digits: number;
  meanLabel: string;
  isBanded: boolean;
}

/**
 * One series over time: a line of means, a band from the lowest to the highest value of each bucket, and a ring where a
 * reading is late, out of range or otherwise not good.
 */
export class SeriesChart {
  readonly #plot: uPlot;
  readonly #observer: ResizeObserver;

  constructor(options: SeriesChartOptions) {
    const { container, format, digits } = options;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const font = `12px ${style.getPropertyValue('--font').trim()}`;
    const axis: uPlot.Axis = {
      stroke: colour('muted'),
      font,
      grid: { stroke: colour('line'), width: 1 },
      ticks: { stroke: colour('line'), width: 1, size: 4 },
    };
    this.#plot = new uPlot(
      {
        ...sizeOf(container),
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), options.timeZone),
        legend: { show: false },
        cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
        scales: { x: { time: true }, y: { range: rangeOf } },
        axes: [
          {
            ...axis,
            space: 64,
            size: 44,
            // The day is named where it changes, and every tick has the 24-hour clock or, over days, the date.
            values: (_, splits, __, ___, step) => splits.map((seconds, index) => tick(format, splits, seconds, index, step)),
          },
          {
            ...axis,
            incrs: stepsOf(digits),
            size: (plot, values) => {
              if (!values) return 40;
              plot.ctx.font = font;
              return Math.ceil(14 + Math.max(...values.map((text) => plot.ctx.measureText(text).width / devicePixelRatio)));
            },
            values: (_, splits) => {
              const needed = decimalsOf(splits);
              return splits.map((value) => format.number(value, needed));
            },
          },
        ],
        series: [
          {},
          { label: options.meanLabel, stroke: colour('chart'), width: 2, points: { size: 4 } },
          { stroke: 'transparent', points: { show: false }, show: options.isBanded },
          { stroke: 'transparent', points: { show: false }, show: options.isBanded },
          {
            paths: () => null,
            stroke: colour('warning'),
            points: { show: true, size: 7, width: 2, stroke: colour('warning'), fill: colour('surface') },
          },
        ],
        bands: options.isBanded ? [{ series: [2, 3], fill: colour('chart-band') }] : [],
        hooks: { setCursor: [(plot) => this.onCursor?.(plot.cursor.idx ?? null)] },
      },
      [[], [], [], [], []],
      container,
    );
    this.#observer = new ResizeObserver(() => this.#plot.setSize(sizeOf(container)));
    this.#observer.observe(container);
  }

  /** Index of the column under the pointer, null when it has left. */
  onCursor: ((index: number | null) => void) | null = null;

  /** Draws columns over `[from, to]`, Unix ms. */
  draw(columns: SeriesColumns, from: number, to: number): void {
    this.#plot.batch(() => {
      this.#plot.setData([columns.time, columns.mean, columns.max, columns.min, columns.marked], false);
      this.#plot.setScale('x', { min: from / 1000, max: to / 1000 });
    });
  }

  close(): void {
    this.#observer.disconnect();
    this.#plot.destroy();
  }
}

function sizeOf(container: HTMLElement): { width: number; height: number } {
  return { width: Math.max(120, container.clientWidth), height: Math.max(120, container.clientHeight) };
}

/** A little air above and below, and a band of its own for a value that never changes. */
function rangeOf(_: uPlot, min: number | null, max: number | null): [number, number] {
  if (min === null || max === null) return [0, 1];
  const air = (max - min || Math.abs(max) || 1) * 0.08;
  return [min >= 0 ? Math.max(0, min - air) : min - air, max + air];
}

function tick(format: Formatter, splits: readonly number[], seconds: number, index: number, step: number): string {
  const time = seconds * 1000;
  if (step >= secondsPerDay) return format.shortDay(time);
  const before = splits[index - 1];
  const isNewDay = before === undefined || format.shortDay(before * 1000) !== format.shortDay(time);
  return isNewDay && index > 0 ? `${format.shortClock(time)}\n${format.shortDay(time)}` : format.shortClock(time);
}

/** Distances between ticks: 1, 2 or 5 of a decimal place, and none finer than the field itself. */
function stepsOf(digits: number): number[] {
  return Array.from({ length: digits + 13 }, (_, place) => place - digits).flatMap((power) =>
    [1, 2, 5].map((factor) => Number(`${factor}e${power}`)),
  );
}

/** As few decimals as tell the ticks apart. */
function decimalsOf(splits: readonly number[]): number {
  const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0));
  return step > 0 ? Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)) : 0;
}
