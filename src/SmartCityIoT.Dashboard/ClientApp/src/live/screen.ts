import { computed, signal } from '@preact/signals';
import type { Alert, Area, Device, Field, PlatformStatus, Region, Sector } from '../api/types';
import type { RangeName } from '../chart/series';
import { en } from '../text/en';
import { Formatter } from '../text/format';
import { type Language, rememberedLanguage, rememberLanguage } from '../text/language';
import { vi } from '../text/vi';
import { type AlertBook, emptyBook, orderActive } from './alertStore';
import { DeviceStore } from './deviceStore';
import { type Filters, filterRows, filtersFromSearch, noFilters } from './filters';
import type { ConnectionState } from './streamConnection';

/** What the page shows, as signals: components read them, `session.ts` writes them. */

export type LoadState = { kind: 'loading' } | { kind: 'ready' } | { kind: 'failed'; why: string };
export type View = 'list' | 'map' | 'alerts';

export const language = signal<Language>(rememberedLanguage());
export const t = computed(() => (language.value === 'vi' ? vi : en));

export const region = signal<Region | null>(null);
export const sectors = signal<ReadonlyMap<string, Sector>>(new Map());
export const areas = signal<ReadonlyMap<string, Area>>(new Map());

/** Until the region is known the screen uses the zone of the browser. */
export const timeZone = computed(() => region.value?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
export const format = computed(() => new Formatter(language.value, timeZone.value));

export const devices = new DeviceStore();
/** Grows when `devices` has changed, at most four times a second. */
export const devicesVersion = signal(0);
export const devicesLoad = signal<LoadState>({ kind: 'loading' });

const start = filtersFromSearch(location.search);
export const filters = signal<Filters>(start.filters);
export const selectedDevice = signal<string | null>(start.device);
export const view = signal<View>('list');
/** On a phone the detail covers the map, until the operator asks to see the device there. */
export const isDetailLowered = signal(false);
/** The series in the chart; kept from device to device, so that neighbours can be compared. */
export const chartChoice = signal<{ field: string; channel: number } | null>(null);
export const chartRange = signal<RangeName>('hour');
export const isPlatformOpen = signal(false);

export const shownRows = computed(() => {
  void devicesVersion.value;
  return filterRows(devices.rows.values(), filters.value, areas.value);
});

/** Positions that were made up for a simulation must be known as such wherever they are shown. */
export const hasSimulatedSites = computed(() => shownRows.value.some((row) => row.device.site?.simulated));

export const alertBook = signal<AlertBook>(emptyBook);
export const alertsLoad = signal<LoadState>({ kind: 'loading' });
export const activeAlerts = computed(() => orderActive(alertBook.value));

export const status = signal<PlatformStatus | null>(null);
export const connection = signal<ConnectionState>({ kind: 'connecting' });
/** The stream is cut, so nothing on the screen is known to hold any more. */
export const isStale = computed(() => connection.value.kind === 'cut');

/** Seconds tick of this screen, corrected by the server's clock so that "12 s ago" is right on a desk with a wrong clock. */
export const now = signal(Date.now());
export const serverClockOffset = signal(0);

/** What a screen reader says once: a new alert, the stream's return. */
export const announcement = signal('');

export function setLanguage(chosen: Language): void {
  language.value = chosen;
  rememberLanguage(chosen);
}

export function setFilter<K extends keyof Filters>(name: K, value: Filters[K]): void {
  filters.value = { ...filters.value, [name]: value };
}

export function clearFilters(): void {
  filters.value = { ...noFilters, sort: filters.value.sort };
}

export function areaName(code: string): string {
  return areas.value.get(code)?.name ?? code;
}

export function sectorLabel(name: string): string {
  return sectors.value.get(name)?.label[language.value] ?? name;
}

export function fieldOf(sector: string, name: string | null): Field | undefined {
  if (name === null) return undefined;
  return sectors.value.get(sector)?.fields.find((field) => field.name === name);
}

export function deviceOf(id: string): Device | undefined {
  return devices.rows.get(id)?.device;
}

export function alertsOf(id: string): Alert[] {
  return activeAlerts.value.filter((alert) => alert.device === id);
}
