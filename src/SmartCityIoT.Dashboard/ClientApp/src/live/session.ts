import { effect } from '@preact/signals';
import type { ServerEvent } from '../api/eventStreamParser';
import { ApiError, api } from '../api/client';
import type { Alert, DeviceChange, PlatformStatus } from '../api/types';
import { applyAlert, beginAcknowledge, failAcknowledge, loadActive, loadCleared, type AlertId } from './alertStore';
import { delayAfter } from './backOff';
import { filtersToSearch } from './filters';
import * as screen from './screen';
import { StreamConnection } from './streamConnection';
import { Ticker } from './ticker';

const drawIntervalMs = 250;
/** A device that the stream names and the list does not was added meanwhile: the list is loaded again, not for each one. */
const unknownDeviceReloadMs = 5_000;
const hiddenTabPauseMs = 60_000;
const activeAlertLimit = 1_000;
const clearedAlertLimit = 100;

const drawDevices = new Ticker(drawIntervalMs, () => {
  screen.devicesVersion.value++;
});
const reloadForUnknown = new Ticker(unknownDeviceReloadMs, () => void loadDevices());

let stream: StreamConnection | null = null;

/** Starts the page's one connection and loads what it shows. */
export function startSession(): void {
  stream = new StreamConnection('/api/v1/stream', {
    onEvent: receive,
    onState: (state) => {
      const wasCut = screen.connection.value.kind === 'cut';
      screen.connection.value = state;
      // The stream comes first, so that no change falls between it and the list; without it the list alone is better than nothing.
      if (state.kind === 'cut' && screen.devicesLoad.value.kind === 'loading') void Promise.all([loadDevices(), loadAlerts()]);
      if (wasCut && state.kind === 'open') screen.announcement.value = screen.t.value.stream.back;
    },
    onOpen: () => void opened(),
  });
  void stream.run();
  void keepTrying(loadLabels);
  setInterval(() => {
    screen.now.value = Date.now() + screen.serverClockOffset.value;
  }, 1_000);
  watchPage();
}

export function retryConnection(): void {
  stream?.retryNow();
}

/**
 * The stream resumes after its last event, where the server still knows it. The lists are loaded again all the
 * same: a server that has been started anew cannot tell what it missed.
 */
async function opened(): Promise<void> {
  const isReturn = screen.devicesLoad.value.kind === 'ready';
  await Promise.all([loadDevices(), loadAlerts(), isReturn ? keepTrying(loadLabels) : undefined]);
}

function receive(event: ServerEvent): void {
  if (event.type === 'devices') {
    const unknown = screen.devices.apply(JSON.parse(event.data) as DeviceChange[], Date.now());
    if (unknown > 0 && screen.devicesLoad.value.kind === 'ready') reloadForUnknown.request();
    drawDevices.request();
  } else if (event.type === 'alert') {
    const alert = JSON.parse(event.data) as Alert;
    if (alert.state === 'raised' && !screen.alertBook.value.active.has(alert.id)) announce(alert);
    screen.alertBook.value = applyAlert(screen.alertBook.value, alert);
  } else if (event.type === 'status') {
    const status = JSON.parse(event.data) as PlatformStatus;
    screen.status.value = status;
    screen.serverClockOffset.value = status.now - Date.now();
  }
}

function announce(alert: Alert): void {
  const label = alert.ruleLabel[screen.language.value];
  screen.announcement.value = screen.t.value.alert.announce(label, alert.deviceName || screen.t.value.alert.platform);
}

async function loadLabels(): Promise<void> {
  const [region, sectors, areas] = await Promise.all([api.region(), api.sectors(), api.areas()]);
  screen.region.value = region;
  screen.sectors.value = new Map(sectors.map((sector) => [sector.name, sector]));
  screen.areas.value = new Map(areas.map((area) => [area.code, area]));
  screen.devices.index(screen.areaName);
  drawDevices.request();
}

let deviceLoad: Promise<void> | null = null;

/** One load at a time; a caller that comes meanwhile shares it. */
export function loadDevices(): Promise<void> {
  deviceLoad ??= loadDevicesOnce().finally(() => {
    deviceLoad = null;
  });
  return deviceLoad;
}

async function loadDevicesOnce(): Promise<void> {
  screen.devices.beginLoad();
  try {
    const list = await api.devices();
    screen.devices.completeLoad(list, screen.areaName);
    screen.devicesLoad.value = { kind: 'ready' };
    screen.devicesVersion.value++;
  } catch (error) {
    screen.devices.abandonLoad();
    if (screen.devicesLoad.value.kind !== 'ready') screen.devicesLoad.value = { kind: 'failed', why: explain(error) };
  }
}

export async function loadAlerts(): Promise<void> {
  try {
    const active = await api.alerts({ state: 'active', limit: activeAlertLimit });
    screen.alertBook.value = loadActive(screen.alertBook.value, active.items);
    screen.alertsLoad.value = { kind: 'ready' };
  } catch (error) {
    if (screen.alertsLoad.value.kind !== 'ready') screen.alertsLoad.value = { kind: 'failed', why: explain(error) };
  }
}

export async function loadClearedAlerts(): Promise<void> {
  const cleared = await api.alerts({ state: 'cleared', limit: clearedAlertLimit });
  screen.alertBook.value = loadCleared(screen.alertBook.value, cleared.items);
}

/** Shows the acknowledgement at once, and takes it back with the reason where the server refuses. */
export async function acknowledge(id: AlertId, note: string): Promise<void> {
  screen.alertBook.value = beginAcknowledge(screen.alertBook.value, id);
  try {
    screen.alertBook.value = applyAlert(screen.alertBook.value, await api.acknowledge(id, note));
  } catch (error) {
    screen.alertBook.value = failAcknowledge(screen.alertBook.value, id, explain(error));
    // 409: it was cleared meanwhile, and the stream may have said so before this answer.
    if (error instanceof ApiError && error.status === 409) await loadAlerts();
  }
}

export function explain(error: unknown): string {
  if (error instanceof ApiError && error.isUnreachable) return screen.t.value.stream.cut;
  return error instanceof Error ? error.message : String(error);
}

async function keepTrying(load: () => Promise<void>): Promise<void> {
  for (let failures = 1; ; failures++) {
    try {
      await load();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, delayAfter(failures + 1)));
    }
  }
}

function watchPage(): void {
  let pause: ReturnType<typeof setTimeout> | undefined;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(pause);
    if (document.hidden) pause = setTimeout(() => stream?.pause(), hiddenTabPauseMs);
    else stream?.resume();
  });
  addEventListener('online', retryConnection);
  effect(() => {
    document.documentElement.lang = screen.language.value;
    const name = screen.region.value?.name[screen.language.value];
    const open = screen.activeAlerts.value.filter((alert) => alert.state === 'raised').length;
    document.title = `${open > 0 ? `(${open}) ` : ''}${name ? `${name} · ` : ''}${screen.t.value.product}`;
  });
  effect(() => {
    const search = filtersToSearch(screen.filters.value, screen.selectedDevice.value);
    if (search !== location.search) history.replaceState(null, '', `${location.pathname}${search}`);
  });
}
