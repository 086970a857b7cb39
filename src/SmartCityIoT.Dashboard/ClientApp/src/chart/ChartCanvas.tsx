import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Field, History } from '../api/types';
import * as screen from '../live/screen';
import { isDark } from '../shell/media';
import { unitText } from '../text/format';
import { columnsOf, namesOf, noColumns, type RangeName, rangeMs, type SeriesColumns } from './series';
import type { SeriesChart } from './seriesChart';

/** The drawn chart, and above it the figures at the pointer. uPlot is fetched when the first chart is opened. */
export function ChartCanvas({ history, field, range }: { history: History; field: Field; range: RangeName }) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useSignal<SeriesChart | null>(null);
  const columns = useRef<SeriesColumns>(noColumns);
  const pointed = useSignal<number | null>(null);
  const t = screen.t.value;
  const format = screen.format.value;
  const isBanded = history.interval > 0;

  useEffect(() => {
    const container = box.current;
    if (!container) return;
    let opened: SeriesChart | null = null;
    let isGone = false;
    void import('./seriesChart').then(({ SeriesChart }) => {
      if (isGone) return;
      opened = new SeriesChart({
        container,
        timeZone: screen.timeZone.peek(),
        format,
        digits: field.digits,
        meanLabel: t.chart.mean,
        isBanded,
      });
      opened.onCursor = (index) => {
        pointed.value = index;
      };
      chart.value = opened;
    });
    return () => {
      isGone = true;
      chart.value = null;
      opened?.close();
    };
  }, [field, isBanded, format, t, isDark.value, chart, pointed]);

  // Moves with the clock, so that the right edge is always now; a wide range moves less than a pixel a second.
  const step = range === 'hour' ? 5_000 : 60_000;
  const to = Math.ceil(screen.now.value / step) * step;
  useEffect(() => {
    columns.current = columnsOf(history.points, history.interval);
    chart.value?.draw(columns.current, to - rangeMs[range], to);
  }, [history, range, to, chart.value]);

  return (
    <>
      <p class="chart-pointer" aria-hidden="true">
        <PointerFigures columns={columns.current} index={pointed.value} field={field} isBanded={isBanded} />
      </p>
      <div class="chart-box" ref={box} role="img" aria-label={`${t.chart.label}: ${field.label[screen.language.value]}`} />
    </>
  );
}

interface PointerProperties {
  columns: SeriesColumns;
  index: number | null;
  field: Field;
  isBanded: boolean;
}

function PointerFigures({ columns, index, field, isBanded }: PointerProperties) {
  const t = screen.t.value.chart;
  const format = screen.format.value;
  const at = index ?? columns.time.length - 1;
  const seconds = columns.time[at];
  const mean = columns.mean[at];
  if (seconds === undefined || mean === null || mean === undefined) return null;
  return (
    <>
      <span>{format.moment(seconds * 1000, screen.now.value)}</span>
      <strong>
        {format.number(mean, field.digits)} {unitText(field.unit)}
      </strong>
      {isBanded && (
        <span class="muted">
          {t.spread}: {format.number(columns.min[at], field.digits)} – {format.number(columns.max[at], field.digits)}
        </span>
      )}
      {namesOf(columns.quality[at] ?? 0, screen.t.value.detail.qualityBits).map((name) => (
        <span class="tag tag-warn" key={name}>
          {name}
        </span>
      ))}
    </>
  );
}
