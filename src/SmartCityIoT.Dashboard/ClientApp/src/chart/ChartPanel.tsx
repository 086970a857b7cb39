import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { api } from '../api/client';
import type { Device, Field, History } from '../api/types';
import { firstChannel, headline } from '../list/headline';
import * as screen from '../live/screen';
import { explain } from '../live/session';
import { Empty, Failed } from '../shell/Notice';
import { unitText } from '../text/format';
import { ChartCanvas } from './ChartCanvas';
import { ChartTable } from './ChartTable';
import { extend, marksOf, namesOf, type RangeName, rangeMs, summarise } from './series';

const ranges: readonly RangeName[] = ['hour', 'day', 'week'];
const pointsWanted = 480;
/** Buckets are made by the server; what was extended live is replaced by its own figures now and then. */
const reloadMs = 120_000;

/** The history of one field of one device, going on live. */
export function ChartPanel({ device }: { device: Device }) {
  const t = screen.t.value;
  const choice = chosenSeries(device);
  const loaded = useSignal<{ key: string; history: History } | null>(null);
  const failure = useSignal<string | null>(null);
  const isLoading = useSignal(true);
  const attempt = useSignal(0);
  const range = screen.chartRange.value;
  const key = choice ? `${choice.field.name}/${choice.channel}/${range}` : '';
  // What was loaded for another field is not shown under this one's name, not for a moment.
  const history = loaded.value?.key === key ? loaded.value.history : null;
  /** Time of the newest reading that the history holds already: merged twice, it would weigh twice in its bucket. */
  const included = useRef(0);

  useEffect(() => {
    if (!choice) return;
    const abort = new AbortController();
    isLoading.value = true;
    const load = async () => {
      const to = screen.now.peek();
      try {
        const question = { field: choice.field.name, channel: choice.channel, from: to - rangeMs[range], to: to + 1, points: pointsWanted };
        const answer = await api.history(device.id, question, abort.signal);
        included.current = Math.max(newestTime(device.id, choice.channel), answer.points.at(-1)?.time ?? 0);
        loaded.value = { key, history: answer };
        failure.value = null;
      } catch (error) {
        if (!abort.signal.aborted) failure.value = explain(error);
      } finally {
        if (!abort.signal.aborted) isLoading.value = false;
      }
    };
    void load();
    const timer = setInterval(() => {
      if (!screen.isStale.peek() && !document.hidden) void load();
    }, reloadMs);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [device.id, key, attempt.value]);

  const reading = device.channels.find((candidate) => candidate.channel === choice?.channel);
  useEffect(() => {
    if (history && reading && choice && reading.time > included.current) {
      included.current = reading.time;
      const from = screen.now.peek() - rangeMs[range];
      loaded.value = { key, history: extend(history, reading, choice.field.name, from) };
    }
  }, [reading, key, history]);

  if (!choice) return null;
  const points = history?.points ?? [];
  return (
    <section class="detail-section chart" aria-label={t.chart.label}>
      <div class="chart-head">
        <label class="choice">
          <span class="choice-label">{t.chart.field}</span>
          <select
            value={`${choice.field.name}/${choice.channel}`}
            onChange={(event) => {
              const [field = '', channel = '0'] = event.currentTarget.value.split('/');
              screen.chartChoice.value = { field, channel: Number(channel) };
            }}
          >
            {optionsOf(device).map(({ field, channel, text }) => (
              <option
                key={`${field.name}/${channel}`}
                value={`${field.name}/${channel}`}
                selected={field.name === choice.field.name && channel === choice.channel}
              >
                {text}
              </option>
            ))}
          </select>
        </label>
        <div class="segments" role="group" aria-label={t.chart.range}>
          {ranges.map((name) => (
            <button
              type="button"
              key={name}
              aria-pressed={name === range}
              onClick={() => {
                screen.chartRange.value = name;
              }}
            >
              {t.chart[name]}
            </button>
          ))}
        </div>
      </div>
      <div class="chart-frame">
        {history && points.length > 0 && <ChartCanvas history={history} field={choice.field} range={range} />}
        {isLoading.value && !history && <p class="chart-note" role="status">{t.chart.loading}</p>}
        {!isLoading.value && history && points.length === 0 && <Empty text={t.chart.empty} />}
        {!isLoading.value && !history && failure.value !== null && (
          <Failed text={t.chart.failed} why={failure.value} onRetry={() => attempt.value++} />
        )}
      </div>
      {history && points.length > 0 && <Summary history={history} field={choice.field} />}
    </section>
  );
}

function newestTime(id: string, channel: number): number {
  return screen.deviceOf(id)?.channels.find((reading) => reading.channel === channel)?.time ?? 0;
}

function Summary({ history, field }: { history: History; field: Field }) {
  const t = screen.t.value;
  const format = screen.format.value;
  const summary = summarise(history.points);
  if (!summary) return null;
  const unit = unitText(field.unit);
  const text = (value: number) => `${format.number(value, field.digits)}${unit === '' ? '' : ` ${unit}`}`;
  const grain = history.interval === 0 ? t.chart.raw : t.chart.buckets(format.duration(history.interval));
  return (
    <>
      <p class="chart-summary">
        {t.chart.summary(
          field.label[screen.language.value],
          text(summary.min),
          text(summary.mean),
          text(summary.max),
          format.number(summary.count),
        )}{' '}
        <span class="muted">({grain})</span>
      </p>
      <Marks history={history} />
      <ChartTable history={history} field={field} />
    </>
  );
}

/** What the rings in the chart mean. */
function Marks({ history }: { history: History }) {
  const t = screen.t.value;
  const marks = marksOf(history.points);
  if (marks.count === 0) return null;
  const names = namesOf(marks.bits, t.detail.qualityBits).join(', ');
  return (
    <p class="chart-marks">
      <span class="chart-ring" aria-hidden="true" />
      {t.chart.marks(screen.format.value.number(marks.count), screen.format.value.number(history.points.length), names)}
    </p>
  );
}

interface ChosenSeries {
  field: Field;
  channel: number;
}

/** What the operator chose, where this device measures it; else the first of its headline values. */
function chosenSeries(device: Device): ChosenSeries | null {
  const wanted = screen.chartChoice.value;
  if (wanted) {
    const reading = device.channels.find(({ channel }) => channel === wanted.channel);
    const field = screen.fieldOf(device.sector, wanted.field);
    if (field && reading?.values[field.name] !== undefined) return { field, channel: wanted.channel };
  }
  const [first] = headline(device, screen.sectors.value.get(device.sector), 1);
  const reading = firstChannel(device);
  return first && reading ? { field: first.field, channel: reading.channel } : null;
}

function optionsOf(device: Device): { field: Field; channel: number; text: string }[] {
  const t = screen.t.value.detail;
  const fields = screen.sectors.value.get(device.sector)?.fields ?? [];
  return [...device.channels]
    .sort((a, b) => a.channel - b.channel)
    .flatMap(({ channel, values }) =>
      fields
        .filter((field) => field.role === 'value' && values[field.name] !== undefined)
        .map((field) => {
          const unit = unitText(field.unit);
          const place = device.channels.length > 1 && channel !== 0 ? `${t.channel(channel)}: ` : '';
          return { field, channel, text: `${place}${field.label[screen.language.value]}${unit === '' ? '' : ` (${unit})`}` };
        }),
    );
}
