import { useSignal } from '@preact/signals';
import type { Field, History } from '../api/types';
import * as screen from '../live/screen';
import { unitText } from '../text/format';
import { marksOf, namesOf } from './series';

const rowsShown = 120;

/** The same figures as text, newest first, for who cannot see the chart or wants to copy a number. */
export function ChartTable({ history, field }: { history: History; field: Field }) {
  const isOpen = useSignal(false);
  const t = screen.t.value.chart;
  return (
    <details
      class="chart-table"
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>{t.table}</summary>
      {isOpen.value && <Figures history={history} field={field} />}
    </details>
  );
}

function Figures({ history, field }: { history: History; field: Field }) {
  const t = screen.t.value.chart;
  const format = screen.format.value;
  const unit = unitText(field.unit);
  const isBanded = history.interval > 0;
  const isMarked = marksOf(history.points).count > 0;
  const { quality, qualityBits } = screen.t.value.detail;
  return (
    <div class="table-box" tabIndex={0} role="group" aria-label={t.table}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.time}</th>
            {isBanded && <th scope="col">{t.min}</th>}
            <th scope="col">
              {isBanded ? t.mean : t.value}
              {unit !== '' && ` (${unit})`}
            </th>
            {isBanded && <th scope="col">{t.max}</th>}
            {isMarked && <th scope="col">{quality}</th>}
          </tr>
        </thead>
        <tbody>
          {history.points
            .slice(-rowsShown)
            .reverse()
            .map((point) => (
              <tr key={point.time}>
                <th scope="row">{format.moment(point.time, screen.now.peek())}</th>
                {isBanded && <td>{format.number(point.min, field.digits)}</td>}
                <td>{format.number(point.mean, field.digits)}</td>
                {isBanded && <td>{format.number(point.max, field.digits)}</td>}
                {isMarked && <td class="chart-quality">{namesOf(point.quality, qualityBits).join(', ')}</td>}
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}
