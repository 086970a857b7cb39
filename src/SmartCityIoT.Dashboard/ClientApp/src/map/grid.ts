import type { FeatureCollection, LineString } from 'geojson';
import type { Region } from '../api/types';

const kilometre = 1 / 111.32;

/** Lines one kilometre apart across the region: without a street map they carry the scale and the directions. */
export function gridOf(region: Region): FeatureCollection<LineString> {
  const [west, south, east, north] = region.bounds;
  const stepX = kilometre / Math.cos((region.center.latitude * Math.PI) / 180);
  const lines: [number, number][][] = [];
  for (let x = region.center.longitude - Math.floor((region.center.longitude - west) / stepX) * stepX; x <= east; x += stepX) {
    lines.push([[x, south], [x, north]]);
  }
  for (let y = region.center.latitude - Math.floor((region.center.latitude - south) / kilometre) * kilometre; y <= north; y += kilometre) {
    lines.push([[west, y], [east, y]]);
  }
  return {
    type: 'FeatureCollection',
    features: lines.map((coordinates) => ({
      type: 'Feature',
      geometry: { type: 'LineString', coordinates },
      properties: {},
    })),
  };
}
