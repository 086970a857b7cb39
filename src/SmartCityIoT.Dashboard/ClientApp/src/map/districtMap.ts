import { type GeoJSONSource, Map as MapLibreMap, ScaleControl, setWorkerUrl } from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Area, Region } from '../api/types';
import type { DeviceRow } from '../live/deviceStore';
import { Ticker } from '../live/ticker';
import { areaFeatures, deviceFeatures, differenceOf, positionOf } from './features';
import { gridOf } from './grid';
import type { Position } from './hull';
import { readPalette } from './palette';
import { mapFont, mapStyle } from './style';

setWorkerUrl(workerUrl);

/** Clustering again costs as much as the number of devices: four times a second to ten thousand, then once. */
const fastUpdateMs = 250;
const slowUpdateMs = 1_000;
const manyDevices = 10_000;
const selectedZoom = 16.2;

interface DistrictMapOptions {
  container: HTMLElement;
  label: string;
  isDark: boolean;
  onSelect(id: string): void;
  isStill(): boolean;
}

/** The MapLibre map of one district. It knows no signals: its owner tells it what to draw. */
export class DistrictMap {
  readonly #map: MapLibreMap;
  readonly #update: Ticker;
  #drawn = new Map<string, number>();
  #rows: readonly DeviceRow[] = [];
  #isReady = false;
  #hasFitted = false;
  #isDark: boolean;
  #selected: string | null = null;
  #region: Region | null = null;
  #areas: { rows: readonly DeviceRow[]; areas: ReadonlyMap<string, Area> } = { rows: [], areas: new Map() };

  private constructor(private readonly options: DistrictMapOptions) {
    this.#isDark = options.isDark;
    this.#update = new Ticker(
      () => (this.#rows.length > manyDevices ? slowUpdateMs : fastUpdateMs),
      () => this.#drawDevices(),
    );
    this.#map = new MapLibreMap({
      container: options.container,
      style: mapStyle(readPalette()),
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 19,
      minZoom: 8,
      center: [0, 0],
      zoom: 10,
      fadeDuration: 0,
      locale: { 'Map.Title': options.label },
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-left');
    this.#map.on('style.load', () => this.#styleLoaded());
    this.#map.on('click', (event) => void this.#clicked(event.point));
    for (const layer of ['devices', 'clusters']) {
      this.#map.on('mouseenter', layer, () => this.#setCursor('pointer'));
      this.#map.on('mouseleave', layer, () => this.#setCursor(''));
    }
  }

  /** Labels are drawn with the page's font, so it has to be there before the first of them. */
  static async open(options: DistrictMapOptions): Promise<DistrictMap> {
    await Promise.all([
      document.fonts.load(`400 16px "${mapFont}"`, 'Buon Ma Thuot 0'),
      document.fonts.load(`400 16px "${mapFont}"`, 'Buôn Ma Thuột ạếữđ'),
    ]);
    return new DistrictMap(options);
  }

  setRegion(region: Region): void {
    this.#region = region;
    if (!this.#isReady) return;
    this.#source('grid').setData(gridOf(region));
    this.fit();
  }

  setDevices(rows: readonly DeviceRow[]): void {
    this.#rows = rows;
    this.#update.request();
  }

  setAreas(rows: readonly DeviceRow[], areas: ReadonlyMap<string, Area>): void {
    this.#areas = { rows, areas };
    if (!this.#isReady) return;
    const { hulls, labels } = areaFeatures(rows, areas);
    this.#source('areas').setData(hulls);
    this.#source('areaLabels').setData(labels);
    if (!this.#hasFitted && rows.length > 0) this.fit();
  }

  /** Marks one device, and brings it into view where it is out of it or hidden in a cluster. */
  select(row: DeviceRow | null): void {
    const id = row?.device.id ?? null;
    const position = row ? positionOf(row) : null;
    const isNew = id !== this.#selected;
    this.#selected = id;
    if (!this.#isReady) return;
    this.#source('selected').setData({
      type: 'FeatureCollection',
      features: position
        ? [{ type: 'Feature', geometry: { type: 'Point', coordinates: position }, properties: {} }]
        : [],
    });
    if (position && isNew) this.show(position);
  }

  show(position: Position): void {
    const zoom = Math.max(this.#map.getZoom(), selectedZoom);
    if (this.options.isStill()) this.#map.jumpTo({ center: position, zoom });
    else this.#map.flyTo({ center: position, zoom, duration: 900 });
  }

  /** All devices, or the region where there are none. */
  fit(): void {
    const positions = this.#areas.rows.map(positionOf).filter((position) => position !== null);
    const longitudes = positions.map(([longitude]) => longitude);
    const latitudes = positions.map(([, latitude]) => latitude);
    const bounds: [number, number, number, number] | undefined =
      positions.length > 0
        ? [least(longitudes), least(latitudes), greatest(longitudes), greatest(latitudes)]
        : this.#region?.bounds;
    if (!bounds) return;
    this.#map.fitBounds(bounds, { padding: 48, maxZoom: 16, animate: this.#hasFitted && !this.options.isStill() });
    if (positions.length > 0) this.#hasFitted = true;
  }

  zoomBy(levels: number): void {
    this.#map.zoomTo(this.#map.getZoom() + levels, { animate: !this.options.isStill() });
  }

  setLabel(label: string): void {
    this.#map.getCanvas().setAttribute('aria-label', label);
  }

  /** Reads the colours again, after the screen went from light to dark or back. */
  setTheme(isDark: boolean): void {
    if (isDark === this.#isDark) return;
    this.#isDark = isDark;
    this.#isReady = false;
    this.#drawn = new Map();
    this.#map.setStyle(mapStyle(readPalette()), { diff: false });
  }

  close(): void {
    this.#update.cancel();
    this.#map.remove();
  }

  #styleLoaded(): void {
    this.#isReady = true;
    this.#drawn = new Map();
    if (this.#region) this.#source('grid').setData(gridOf(this.#region));
    this.setAreas(this.#areas.rows, this.#areas.areas);
    if (!this.#hasFitted) this.fit();
    this.#update.request();
    const selected = this.#rows.find((row) => row.device.id === this.#selected) ?? null;
    this.#selected = null;
    this.select(selected);
  }

  #drawDevices(): void {
    if (!this.#isReady) return;
    const source = this.#source('devices');
    const { features } = deviceFeatures(this.#rows);
    const { add, remove, update } = differenceOf(this.#drawn, features);
    if (add.length + remove.length + update.length === 0) return;
    if (add.length + remove.length > features.length / 2) {
      source.setData({ type: 'FeatureCollection', features });
    } else {
      void source.updateData({
        add,
        remove,
        update: update.map(({ id, rank }) => ({ id, addOrUpdateProperties: [{ key: 'rank', value: rank }] })),
      });
    }
    this.#drawn = new Map(features.map((feature) => [feature.properties.id, feature.properties.rank]));
  }

  async #clicked(point: { x: number; y: number }): Promise<void> {
    const reach = 6;
    const [hit] = this.#map.queryRenderedFeatures(
      [[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]],
      { layers: ['devices', 'clusters'] },
    );
    if (!hit) return;
    if (hit.layer.id === 'devices') {
      const id = String(hit.properties['id']);
      // It is where the operator is looking: mark it, and leave the map as it is.
      this.#selected = id;
      this.options.onSelect(id);
      return;
    }
    if (hit.geometry.type !== 'Point') return;
    const zoom = await this.#source('devices').getClusterExpansionZoom(Number(hit.properties['cluster_id']));
    this.#map.easeTo({
      center: hit.geometry.coordinates as Position,
      zoom: zoom + 0.3,
      animate: !this.options.isStill(),
    });
  }

  #source(name: string): GeoJSONSource {
    return this.#map.getSource(name) as GeoJSONSource;
  }

  #setCursor(cursor: string): void {
    this.#map.getCanvas().style.cursor = cursor;
  }
}

/** Not `Math.min(...values)`: ten thousand arguments can be more than the stack takes. */
const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b), Infinity);
const greatest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity);
