import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { api } from '../api/client';
import type { Device, DeviceDetail as Detail } from '../api/types';
import { AlertCard } from '../alerts/AlertCard';
import { ChartPanel } from '../chart/ChartPanel';
import * as screen from '../live/screen';
import { explain } from '../live/session';
import { Icon, StateIcon } from '../shell/icons';
import { isPhone } from '../shell/media';
import { Failed } from '../shell/Notice';
import { DeviceFacts } from './DeviceFacts';
import { DeviceValues } from './DeviceValues';
import { LinkCountersList } from './LinkCountersList';

/** Counters and placements are not in the stream: they are asked for while the panel is open. */
const detailRefreshMs = 15_000;

export function DeviceDetailPanel() {
  const id = screen.selectedDevice.value;
  return id === null ? null : <Opened key={id} id={id} />;
}

function Opened({ id }: { id: string }) {
  void screen.devicesVersion.value;
  const t = screen.t.value;
  const detail = useSignal<Detail | null>(null);
  const failure = useSignal<string | null>(null);
  const attempt = useSignal(0);
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    const abort = new AbortController();
    const load = async () => {
      try {
        detail.value = await api.device(id, abort.signal);
        failure.value = null;
      } catch (error) {
        if (!abort.signal.aborted) failure.value = explain(error);
      }
    };
    void load();
    const timer = setInterval(() => {
      if (!screen.isStale.peek() && !document.hidden) void load();
    }, detailRefreshMs);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [id, attempt.value, detail, failure]);

  // The panel came because of a key or a click elsewhere: the next key belongs to it.
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);

  const device: Device | null = screen.deviceOf(id) ?? detail.value;
  const close = () => {
    screen.selectedDevice.value = null;
    document.getElementById('device-list')?.focus({ preventScroll: true });
  };

  return (
    <section
      class="panel detail-panel"
      aria-label={t.detail.label}
      data-panel="detail"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <header class="detail-header">
        {device && <StateIcon state={device.state} />}
        <div class="detail-title">
          <h2 tabIndex={-1} ref={heading}>
            {device?.name ?? id}
          </h2>
          {device && (
            <p>
              <span class={`row-state state-${device.state}`}>{t.state[device.state]}</span>
              {' · '}
              {screen.sectorLabel(device.sector)}
              {device.area !== '' && ` · ${screen.areaName(device.area)}`}
              {device.site?.simulated && <span class="tag">{t.simulated}</span>}
            </p>
          )}
        </div>
        {isPhone.value && device?.site && (
          <button
            type="button"
            class="icon-button"
            aria-label={t.detail.showOnMap}
            title={t.detail.showOnMap}
            onClick={() => {
              screen.view.value = 'map';
              screen.isDetailLowered.value = true;
            }}
          >
            <Icon name="pin" />
          </button>
        )}
        <button type="button" class="icon-button" aria-label={t.close} title={t.close} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {device === null && failure.value !== null && (
        <Failed text={t.detail.failed} why={failure.value} onRetry={() => attempt.value++} />
      )}
      {device && (
        <div class={`detail-body${device.channels.length > 1 ? ' has-channels' : ''}`}>
          <div class="detail-main">
            <ChartPanel device={device} />
            <DeviceAlerts id={id} />
          </div>
          <div class="detail-side">
            <DeviceValues device={device} />
            <DeviceFacts device={device} placements={detail.value?.placements ?? []} />
            {detail.value && <LinkCountersList link={detail.value.link} />}
          </div>
        </div>
      )}
    </section>
  );
}

function DeviceAlerts({ id }: { id: string }) {
  const alerts = screen.alertsOf(id);
  if (alerts.length === 0) return null;
  return (
    <section class="detail-section" aria-label={screen.t.value.alert.forDevice}>
      <h3>{screen.t.value.alert.forDevice}</h3>
      <ul class="alert-list">
        {alerts.map((alert) => (
          <AlertCard key={alert.id} alert={alert} isInDetail />
        ))}
      </ul>
    </section>
  );
}
