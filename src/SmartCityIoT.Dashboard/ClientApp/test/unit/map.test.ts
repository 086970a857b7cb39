import { expect, test } from 'vitest';
import type { DeviceRow } from '../../src/live/deviceStore';
import { areaFeatures, deviceFeatures, differenceOf } from '../../src/map/features';
import { convexHull, hullAround, type Position, topOf } from '../../src/map/hull';
import { area, device } from './samples';

function rowAt(id: string, longitude: number, latitude: number, more = {}): DeviceRow {
  const site = { code: id, name: id, latitude, longitude, simulated: true };
  return { device: device(id, { site, ...more }), searchKey: '', nameOrder: 0, changedAt: 0, revision: 0 };
}

test('the hull of a square with points inside and on its edge is the square', () => {
  const points: Position[] = [[0, 0], [2, 0], [2, 2], [0, 2], [1, 1], [1, 0], [0.5, 1.5]];
  expect(convexHull(points)).toEqual([[0, 0], [2, 0], [2, 2], [0, 2]]);
});

test('a hull around one site is a small circle, and every site is inside its hull', () => {
  const ring = hullAround([[108.04, 12.67]], 90);
  expect(ring.length).toBe(17);
  expect(ring[0]).toEqual(ring.at(-1));
  for (const [x, y] of ring) {
    const metres = Math.hypot((x - 108.04) * 111_320 * Math.cos((12.67 * Math.PI) / 180), (y - 12.67) * 111_320);
    expect(metres).toBeGreaterThan(85);
    expect(metres).toBeLessThan(95);
  }
  expect(hullAround([], 90)).toEqual([]);
  expect(topOf(ring)[1]).toBeGreaterThan(12.67);
});

test('areas are hulls of the sites of their devices; what has no position is left out', () => {
  const rows = [rowAt('a', 108.04, 12.67), rowAt('b', 108.05, 12.68), { ...rowAt('c', 0, 0), device: device('c') }];
  const { hulls, labels } = areaFeatures(rows, new Map([['24118', area('24118', { name: 'Phường Tân Lập' })]]));
  expect(hulls.features.length).toBe(1);
  expect(labels.features[0]?.properties).toEqual({ name: 'Phường Tân Lập' });
  expect(deviceFeatures(rows).features.length).toBe(2);
});

test('the difference between two drawings names what came, went and changed', () => {
  const drawn = new Map([['a', 2], ['b', 2], ['c', 2]]);
  const next = deviceFeatures([rowAt('a', 1, 1), rowAt('b', 1, 1, { state: 'silent' }), rowAt('d', 1, 1)]).features;
  const { add, remove, update } = differenceOf(drawn, next);
  expect(add.map(({ id }) => id)).toEqual(['d']);
  expect(remove).toEqual(['c']);
  expect(update).toEqual([{ id: 'b', rank: 4 }]);
});
