import type { Feature, FeatureCollection, Point, Polygon } from 'geojson';
import type { Area } from '../api/types';
import { type DeviceRow, rankOf } from '../live/deviceStore';
import { hullAround, type Position, topOf } from './hull';

/** What the map draws of a device: its place, and how bad its state is. */
export interface DeviceProperties {
  id: string;
  rank: number;
}

const areaMarginMetres = 90;

export function positionOf(row: DeviceRow): Position | null {
  const site = row.device.site;
  return site ? [site.longitude, site.latitude] : null;
}

export type DeviceFeature = Feature<Point, DeviceProperties>;

export function deviceFeatures(rows: readonly DeviceRow[]): FeatureCollection<Point, DeviceProperties> {
  const features: DeviceFeature[] = [];
  for (const row of rows) {
    const position = positionOf(row);
    if (!position) continue;
    features.push({
      type: 'Feature',
      id: row.device.id,
      geometry: { type: 'Point', coordinates: position },
      properties: { id: row.device.id, rank: rankOf(row.device) },
    });
  }
  return { type: 'FeatureCollection', features };
}

/** Each area as a hull around its sites, for as long as no ward polygons are loaded, and a point for its name. */
export function areaFeatures(
  rows: Iterable<DeviceRow>,
  areas: ReadonlyMap<string, Area>,
): { hulls: FeatureCollection<Polygon>; labels: FeatureCollection<Point> } {
  const sites = new Map<string, Map<string, Position>>();
  for (const row of rows) {
    const { area, site } = row.device;
    const position = positionOf(row);
    if (area === '' || !position || !site) continue;
    let places = sites.get(area);
    if (!places) sites.set(area, (places = new Map()));
    places.set(site.code, position);
  }
  const hulls: Feature<Polygon>[] = [];
  const labels: Feature<Point>[] = [];
  for (const [code, places] of sites) {
    const ring = hullAround([...places.values()], areaMarginMetres);
    const name = areas.get(code)?.name ?? code;
    hulls.push({ type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring] }, properties: { code, name } });
    labels.push({ type: 'Feature', geometry: { type: 'Point', coordinates: topOf(ring) }, properties: { name } });
  }
  return { hulls: { type: 'FeatureCollection', features: hulls }, labels: { type: 'FeatureCollection', features: labels } };
}

/** Which ids came, went or changed rank between two drawings: the map's source takes differences faster than a whole list. */
export interface FeatureDifference {
  add: DeviceFeature[];
  remove: string[];
  update: { id: string; rank: number }[];
}

export function differenceOf(drawn: ReadonlyMap<string, number>, next: readonly DeviceFeature[]): FeatureDifference {
  const difference: FeatureDifference = { add: [], remove: [], update: [] };
  const present = new Set<string>();
  for (const feature of next) {
    const { id, rank } = feature.properties;
    present.add(id);
    const before = drawn.get(id);
    if (before === undefined) difference.add.push(feature);
    else if (before !== rank) difference.update.push({ id, rank });
  }
  for (const id of drawn.keys()) if (!present.has(id)) difference.remove.push(id);
  return difference;
}
