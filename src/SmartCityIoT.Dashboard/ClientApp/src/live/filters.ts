import type { Area, DeviceState } from '../api/types';
import { foldedWords, matchesFolded } from '../text/fold';
import { type DeviceRow, rankOf, stateRank } from './deviceStore';

export type SortOrder = 'worst' | 'name' | 'recent';

export interface Filters {
  query: string;
  sector: string;
  area: string;
  state: DeviceState | '';
  sort: SortOrder;
}

export const noFilters: Filters = { query: '', sector: '', area: '', state: '', sort: 'worst' };

export function isFiltered(filters: Filters): boolean {
  return filters.query !== '' || filters.sector !== '' || filters.area !== '' || filters.state !== '';
}

/** Rows that pass, in the chosen order. Ten thousand rows take a few milliseconds: comparisons are of numbers. */
export function filterRows(
  rows: Iterable<DeviceRow>,
  filters: Filters,
  areas: ReadonlyMap<string, Area>,
): DeviceRow[] {
  const words = foldedWords(filters.query);
  const within = filters.area === '' ? null : areasWithin(filters.area, areas);
  const passed: DeviceRow[] = [];
  for (const row of rows) {
    const { sector, area, state } = row.device;
    if (filters.sector !== '' && sector !== filters.sector) continue;
    if (within && !within.has(area)) continue;
    if (filters.state !== '' && state !== filters.state) continue;
    if (words.length > 0 && !matchesFolded(row.searchKey, words)) continue;
    passed.push(row);
  }
  return passed.sort(orders[filters.sort]);
}

/**
 * An area, the areas in it, and those that it replaced: wards merge, and a device placed in the old ward is found
 * in the new one.
 */
export function areasWithin(code: string, areas: ReadonlyMap<string, Area>): ReadonlySet<string> {
  const within = new Set([code]);
  for (let before = 0; before < within.size; ) {
    before = within.size;
    for (const area of areas.values()) {
      if (within.has(area.parent ?? '') || within.has(area.replacedBy ?? '')) within.add(area.code);
    }
  }
  return within;
}

const orders: Record<SortOrder, (a: DeviceRow, b: DeviceRow) => number> = {
  name: (a, b) => a.nameOrder - b.nameOrder,
  recent: (a, b) => (b.device.lastSeen ?? 0) - (a.device.lastSeen ?? 0) || a.nameOrder - b.nameOrder,
  worst: (a, b) => rankOf(b.device) - rankOf(a.device) || a.nameOrder - b.nameOrder,
};

/** The filters as a query string that can be sent to a colleague; what is left at its default is left out. */
export function filtersToSearch(filters: Filters, device: string | null): string {
  const search = new URLSearchParams();
  if (filters.query !== '') search.set('q', filters.query);
  if (filters.sector !== '') search.set('sector', filters.sector);
  if (filters.area !== '') search.set('area', filters.area);
  if (filters.state !== '') search.set('state', filters.state);
  if (filters.sort !== noFilters.sort) search.set('sort', filters.sort);
  if (device !== null) search.set('device', device);
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

export function filtersFromSearch(search: string): { filters: Filters; device: string | null } {
  const given = new URLSearchParams(search);
  const state = given.get('state') ?? '';
  const sort = given.get('sort') ?? '';
  return {
    filters: {
      query: given.get('q') ?? '',
      sector: given.get('sector') ?? '',
      area: given.get('area') ?? '',
      state: Object.hasOwn(stateRank, state) ? (state as DeviceState) : '',
      sort: Object.hasOwn(orders, sort) ? (sort as SortOrder) : noFilters.sort,
    },
    device: given.get('device'),
  };
}
