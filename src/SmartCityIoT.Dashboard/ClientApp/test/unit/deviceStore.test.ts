import { expect, test } from 'vitest';
import { DeviceStore, rankOf } from '../../src/live/deviceStore';
import { areasWithin, filterRows, filtersFromSearch, filtersToSearch, noFilters } from '../../src/live/filters';
import { area, device, reading } from './samples';

const nameOf = (code: string) => (code === '24118' ? 'Phường Tân Lập' : code);

function storeOf(...devices: ReturnType<typeof device>[]): DeviceStore {
  const store = new DeviceStore();
  store.beginLoad();
  store.completeLoad(devices, nameOf);
  return store;
}

test('a change moves a device on and keeps what the stream does not tell', () => {
  const store = storeOf(device('a'));
  const unknown = store.apply([{ ...device('a', { state: 'silent', channels: [reading(2_000, { power: 1 })] }), id: 'a' }], 5_000);
  const row = store.rows.get('a');
  expect(unknown).toBe(0);
  expect(row).toMatchObject({ changedAt: 5_000, revision: 1, device: { state: 'silent', name: 'Đèn a', model: 'LAMP' } });
  expect(row?.device.channels[0]?.values).toEqual({ power: 1 });
});

test('a change that arrives while a list is on its way outlives the older list', () => {
  const store = storeOf(device('a'), device('b'));
  store.beginLoad();
  store.apply([device('a', { lastSeen: 9_000, state: 'faulty' })], 9_000);
  store.completeLoad([device('a', { name: 'Đèn mới' }), device('b', { alerts: 3 })], nameOf);
  expect(store.rows.get('a')?.device).toMatchObject({ name: 'Đèn mới', lastSeen: 9_000, state: 'faulty' });
  expect(store.rows.get('b')?.device.alerts).toBe(3);
});

test('a device that the stream names before any list is counted, and its change is kept for the list', () => {
  const store = new DeviceStore();
  store.beginLoad();
  expect(store.apply([device('n', { state: 'silent' })], 1)).toBe(1);
  store.completeLoad([device('n')], nameOf);
  expect(store.rows.get('n')?.device.state).toBe('silent');
});

test('a device that left the list leaves the screen', () => {
  const store = storeOf(device('a'), device('b'));
  store.beginLoad();
  store.completeLoad([device('b')], nameOf);
  expect([...store.rows.keys()]).toEqual(['b']);
});

test('rows are in the order of Vietnamese names, with numbers as numbers', () => {
  const store = storeOf(device('1', { name: 'Đèn 10' }), device('2', { name: 'Đèn 9' }), device('3', { name: 'Âu 1' }));
  const names = filterRows(store.rows.values(), { ...noFilters, sort: 'name' }, new Map()).map((row) => row.device.name);
  expect(names).toEqual(['Âu 1', 'Đèn 9', 'Đèn 10']);
});

test('the worst comes first: faulty, silent, alerted, in service, planned, retired', () => {
  const states = ['retired', 'planned', 'inService', 'silent', 'faulty'] as const;
  const store = storeOf(...states.map((state) => device(state, { state })), device('alerted', { alerts: 1 }));
  const order = filterRows(store.rows.values(), noFilters, new Map()).map((row) => row.device.id);
  expect(order).toEqual(['faulty', 'silent', 'alerted', 'inService', 'planned', 'retired']);
  expect(rankOf(device('x', { state: 'silent', alerts: 2 }))).toBe(rankOf(device('x', { state: 'silent' })));
});

test('the search finds names, ids and area names without accents', () => {
  const store = storeOf(device('0a01', { name: 'Đèn Lê Duẩn' }), device('0a02', { name: 'Trạm Y Jút', area: '24124' }));
  const found = (query: string) => filterRows(store.rows.values(), { ...noFilters, query }, new Map()).map((row) => row.device.id);
  expect(found('den le duan')).toEqual(['0a01']);
  expect(found('TAN LAP')).toEqual(['0a01']);
  expect(found('0A02')).toEqual(['0a02']);
  expect(found('khong co')).toEqual([]);
});

test('a new ward holds the devices of the wards that it replaced', () => {
  const areas = new Map([
    area('city'),
    area('new', { parent: 'city' }),
    area('old1', { replacedBy: 'new' }),
    area('old2', { replacedBy: 'new' }),
    area('other', { parent: 'city' }),
  ].map((one) => [one.code, one]));
  expect([...areasWithin('new', areas)].sort()).toEqual(['new', 'old1', 'old2']);
  expect(areasWithin('city', areas).size).toBe(5);
  const store = storeOf(device('a', { area: 'old1' }), device('b', { area: 'other' }));
  expect(filterRows(store.rows.values(), { ...noFilters, area: 'new' }, areas).map((row) => row.device.id)).toEqual(['a']);
});

test('filters survive the way into an address and back; nonsense falls to the defaults', () => {
  const filters = { query: 'lê & duẩn', sector: 'water', area: '24118', state: 'silent', sort: 'name' } as const;
  expect(filtersFromSearch(filtersToSearch(filters, 'd1'))).toEqual({ filters, device: 'd1' });
  expect(filtersToSearch(noFilters, null)).toBe('');
  expect(filtersFromSearch('?state=toString&sort=up').filters).toEqual(noFilters);
});
