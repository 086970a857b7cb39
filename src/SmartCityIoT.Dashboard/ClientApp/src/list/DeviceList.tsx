import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import * as screen from '../live/screen';
import { loadDevices } from '../live/session';
import { isPhone } from '../shell/media';
import { Empty, Failed } from '../shell/Notice';
import { DeviceListRow } from './DeviceListRow';
import { moveCursor, scrollToRow, visibleRows } from './virtualRows';

/** Must be the heights in `list.css`. */
const rowHeightDesk = 56;
const rowHeightPhone = 76;
const threeValuesWidth = 580;

/** The live list: only the rows in view are in the document, whether the district has ten devices or ten thousand. */
export function DeviceList() {
  const rows = screen.shownRows.value;
  const load = screen.devicesLoad.value;
  const t = screen.t.value;
  if (load.kind === 'loading') return <Skeleton />;
  if (load.kind === 'failed') return <Failed text={t.list.failed} why={load.why} onRetry={() => void loadDevices()} />;
  if (screen.devices.rows.size === 0) return <Empty text={t.list.noDevices} hint={t.list.noDevicesHint} />;
  if (rows.length === 0) {
    return (
      <Empty text={t.list.empty} hint={t.list.emptyHint}>
        <button type="button" class="button" onClick={screen.clearFilters}>
          {t.filter.clear}
        </button>
      </Empty>
    );
  }
  return <Rows />;
}

function Rows() {
  const rows = screen.shownRows.value;
  const t = screen.t.value;
  const box = useRef<HTMLDivElement>(null);
  const scrollTop = useSignal(0);
  const height = useSignal(600);
  const width = useSignal(480);
  const cursorId = useSignal<string | null>(screen.selectedDevice.peek());
  const rowHeight = isPhone.value ? rowHeightPhone : rowHeightDesk;

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      height.value = element.clientHeight;
      width.value = element.clientWidth;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [height, width]);

  // A device chosen on the map or in an alert becomes the row that the arrow keys go on from.
  useSignalEffect(() => {
    if (screen.selectedDevice.value !== null) cursorId.value = screen.selectedDevice.value;
  });

  // Another filter or order is another list: start at its top.
  useEffect(() => screen.filters.subscribe(() => box.current?.scrollTo({ top: 0 })), []);

  const cursor = Math.max(0, rows.findIndex((row) => row.device.id === cursorId.value));
  const { first, last } = visibleRows(scrollTop.value, height.value, rowHeight, rows.length);
  const cursorIsDrawn = cursor >= first && cursor < last;

  const onKeyDown = (event: KeyboardEvent) => {
    const cursorRow = rows[cursor];
    if ((event.key === 'Enter' || event.key === ' ') && cursorRow) {
      event.preventDefault();
      screen.selectedDevice.value = cursorRow.device.id;
      return;
    }
    const to = moveCursor(event.key, cursor, rows.length, Math.floor(height.value / rowHeight));
    const row = to === null ? undefined : rows[to];
    if (to === null || !row || !box.current) return;
    event.preventDefault();
    cursorId.value = row.device.id;
    box.current.scrollTop = scrollToRow(to, box.current.scrollTop, height.value, rowHeight);
  };

  return (
    <div
      ref={box}
      class="device-list"
      role="listbox"
      tabIndex={0}
      id="device-list"
      aria-label={t.list.label}
      aria-description={t.list.keys}
      aria-activedescendant={cursorIsDrawn ? `row-${rows[cursor]?.device.id}` : undefined}
      onScroll={(event) => {
        scrollTop.value = event.currentTarget.scrollTop;
      }}
      onKeyDown={onKeyDown}
    >
      <div class="device-list-length" role="presentation" style={{ height: `${rows.length * rowHeight}px` }}>
        {rows.slice(first, last).map((row, index) => (
          <DeviceListRow
            key={row.device.id}
            row={row}
            revision={row.revision}
            top={(first + index) * rowHeight}
            position={first + index + 1}
            count={rows.length}
            isCursor={first + index === cursor}
            valueCount={width.value >= threeValuesWidth ? 3 : 2}
            isSelected={row.device.id === screen.selectedDevice.value}
          />
        ))}
      </div>
    </div>
  );
}

function Skeleton() {
  return (
    <div class="skeleton" role="status" aria-label={screen.t.value.loading}>
      {Array.from({ length: 9 }, (_, index) => (
        <div class="skeleton-row" key={index} />
      ))}
    </div>
  );
}
