import type { FeatureCollection } from 'geojson';
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl';
import { alertedRank, stateRank } from '../live/deviceStore';
import type { MapPalette } from './palette';

export const mapFont = 'Be Vietnam Pro';
const { faulty, silent, inService, planned, retired } = stateRank;
const empty: FeatureCollection = { type: 'FeatureCollection', features: [] };

/** Above this zoom every device is drawn for itself: lamps of one string stand 30 m apart. */
const clusterMaxZoom = 15;

/**
 * A style that asks the network for nothing: no tiles, no sprites, and no glyphs, so that labels are drawn with the
 * page's own font.
 */
export function mapStyle(palette: MapPalette): StyleSpecification {
  return {
    version: 8,
    sources: {
      grid: { type: 'geojson', data: empty },
      areas: { type: 'geojson', data: empty },
      areaLabels: { type: 'geojson', data: empty },
      devices: {
        type: 'geojson',
        data: empty,
        promoteId: 'id',
        cluster: true,
        clusterRadius: 44,
        clusterMaxZoom,
        // A cluster shows the worst of what it holds, and how many of them there are.
        clusterProperties: {
          worst: ['max', ['get', 'rank']],
          troubled: ['+', ['case', ['>=', ['get', 'rank'], alertedRank], 1, 0]],
        },
      },
      selected: { type: 'geojson', data: empty },
    },
    layers: layers(palette),
  };
}

function colourOf(rank: ExpressionSpecification, palette: MapPalette): ExpressionSpecification {
  return [
    'match', rank,
    faulty, palette.faulty,
    silent, palette.silent,
    alertedRank, palette.alerted,
    inService, palette.ok,
    planned, palette.planned,
    palette.retired,
  ];
}

function layers(palette: MapPalette): LayerSpecification[] {
  const isCluster: ExpressionSpecification = ['has', 'point_count'];
  const isSingle: ExpressionSpecification = ['!', ['has', 'point_count']];
  const rank: ExpressionSpecification = ['get', 'rank'];
  const worst: ExpressionSpecification = ['get', 'worst'];
  return [
    { id: 'ground', type: 'background', paint: { 'background-color': palette.background } },
    { id: 'grid', type: 'line', source: 'grid', paint: { 'line-color': palette.grid, 'line-width': 1 } },
    { id: 'areas', type: 'fill', source: 'areas', paint: { 'fill-color': palette.areaFill, 'fill-opacity': 0.55 } },
    {
      id: 'area-lines',
      type: 'line',
      source: 'areas',
      paint: { 'line-color': palette.areaLine, 'line-width': 1.5, 'line-dasharray': [3, 2] },
    },
    {
      id: 'selected-halo',
      type: 'circle',
      source: 'selected',
      paint: {
        'circle-radius': 15,
        'circle-color': palette.selected,
        'circle-opacity': 0.22,
        'circle-stroke-color': palette.selected,
        'circle-stroke-width': 2.5,
      },
    },
    {
      id: 'area-labels',
      type: 'symbol',
      source: 'areaLabels',
      layout: {
        'text-field': ['get', 'name'],
        'text-font': [mapFont],
        'text-size': ['interpolate', ['linear'], ['zoom'], 11, 12, 15, 16],
        // Above its area where there is room: clusters, which are placed first, take what they need.
        'text-variable-anchor': ['bottom', 'left', 'right', 'top'],
        'text-radial-offset': 0.4,
        'text-max-width': 14,
        'text-padding': 2,
      },
      paint: { 'text-color': palette.text, 'text-halo-color': palette.halo, 'text-halo-width': 2 },
    },
    {
      id: 'clusters',
      type: 'circle',
      source: 'devices',
      filter: isCluster,
      paint: {
        'circle-color': colourOf(worst, palette),
        'circle-radius': ['interpolate', ['linear'], ['log10', ['get', 'point_count']], 0.3, 13, 2, 20, 3, 28],
        'circle-stroke-width': ['case', ['>=', worst, silent], 4, 2],
        'circle-stroke-color': palette.background,
        'circle-opacity': 0.94,
      },
    },
    {
      id: 'cluster-counts',
      type: 'symbol',
      source: 'devices',
      filter: isCluster,
      layout: {
        'text-field': [
          'case', ['>', ['get', 'troubled'], 0],
          ['concat', ['get', 'point_count_abbreviated'], '\n! ', ['to-string', ['get', 'troubled']]],
          ['get', 'point_count_abbreviated'],
        ],
        'text-font': [mapFont],
        'text-size': 12,
        'text-line-height': 1.05,
        'text-allow-overlap': true,
        // As large as the circle, so that the names of areas keep clear of it.
        'text-padding': 14,
      },
      paint: { 'text-color': palette.onMark },
    },
    {
      id: 'devices',
      type: 'circle',
      source: 'devices',
      filter: isSingle,
      paint: {
        // A silent device is a ring and a planned one a small ring: shape and colour say the same.
        'circle-color': ['match', rank, [silent, planned], palette.background, colourOf(rank, palette)],
        'circle-radius': ['match', rank, faulty, 9, silent, 7, alertedRank, 8, planned, 4, retired, 3, 5.5],
        'circle-stroke-width': ['match', rank, silent, 3.5, planned, 2, 1.5],
        'circle-stroke-color': ['match', rank, silent, palette.silent, planned, palette.planned, palette.background],
      },
    },
    {
      id: 'device-marks',
      type: 'symbol',
      source: 'devices',
      filter: ['all', isSingle, ['>=', rank, alertedRank]],
      layout: {
        'text-field': ['match', rank, silent, '?', '!'],
        'text-font': [mapFont],
        'text-size': 12,
        'text-allow-overlap': true,
        'text-ignore-placement': true,
      },
      paint: { 'text-color': ['match', rank, silent, palette.silent, palette.onMark] },
    },
  ];
}
