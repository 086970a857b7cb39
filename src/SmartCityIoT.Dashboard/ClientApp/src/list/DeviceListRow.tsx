import type { DeviceRow } from '../live/deviceStore';
import * as screen from '../live/screen';
import { StateIcon } from '../shell/icons';
import { unitText } from '../text/format';
import { headline, isOutOfRange } from './headline';

/** How long a change stays marked; the animation in `list.css` runs as long. */
const highlightMs = 1_400;

interface RowProperties {
  row: DeviceRow;
  /** Part of the properties so that the row is drawn again when it changed. */
  revision: number;
  top: number;
  position: number;
  count: number;
  isCursor: boolean;
  isSelected: boolean;
  /** How many values there is room for. */
  valueCount: number;
}

export function DeviceListRow({ row, revision, top, position, count, isCursor, isSelected, valueCount }: RowProperties) {
  const t = screen.t.value;
  const format = screen.format.value;
  const { device } = row;
  const values = headline(device, screen.sectors.value.get(device.sector), valueCount);
  const isFresh = row.changedAt > 0 && Date.now() - row.changedAt < highlightMs;
  return (
    // The list moves the cursor by keyboard for all of its rows.
    <div
      class={`device-row${isCursor ? ' is-cursor' : ''}`}
      role="option"
      id={`row-${device.id}`}
      tabIndex={-1}
      aria-selected={isSelected}
      aria-posinset={position}
      aria-setsize={count}
      data-device={device.id}
      data-revision={revision}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => {
        screen.selectedDevice.value = device.id;
      }}
    >
      {isFresh && <span class="row-highlight" key={revision} />}
      <StateIcon state={device.state} />
      <span class="row-name">
        <span class="row-title">{device.name}</span>
        <span class="row-place">
          <span class={`row-state state-${device.state}`}>{t.state[device.state]}</span>
          {' · '}
          {screen.sectorLabel(device.sector)}
          {device.area !== '' && ` · ${screen.areaName(device.area)}`}
          {device.site?.simulated && ` · ${t.simulated}`}
        </span>
      </span>
      <span class="row-values">
        {values.map(({ field, value }) => (
          <span class={`row-value${isOutOfRange(field, value) ? ' is-out' : ''}`} key={field.name}>
            <span class="row-label">{field.label[screen.language.value]}</span>
            <span class="row-number">
              {format.number(value, field.digits)} <span class="unit">{unitText(field.unit)}</span>
            </span>
          </span>
        ))}
      </span>
      <span class="row-end">
        {device.alerts > 0 && <span class="badge">{t.list.alerts(format.number(device.alerts))}</span>}
        <Age time={device.lastSeen} />
      </span>
    </div>
  );
}

/** Its own component, so that the seconds tick draws this text and not the row. */
function Age({ time }: { time: number | null }) {
  const text = time === null ? screen.t.value.list.never : screen.format.value.duration(screen.now.value - time);
  return <span class="row-age">{text}</span>;
}
