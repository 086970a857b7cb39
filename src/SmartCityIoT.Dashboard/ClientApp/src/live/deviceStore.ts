import type { Device, DeviceChange, DeviceState } from '../api/types';
import { fold } from '../text/fold';

/** Larger is worse. The map's clusters and the list's first order use it. */
export const stateRank = { retired: 0, planned: 1, inService: 2, silent: 4, faulty: 5 } as const satisfies Record<DeviceState, number>;

/** A device in service that has an open alert. */
export const alertedRank = 3;

export function rankOf(device: DeviceChange): number {
  return device.state === 'inService' && device.alerts > 0 ? alertedRank : stateRank[device.state];
}

export interface DeviceRow {
  device: Device;
  /** Name, id, site, model and area without accents: what the search looks into. */
  searchKey: string;
  /** Position in the order of names, so that sorting at each change compares numbers. */
  nameOrder: number;
  /** When the newest change arrived, by this screen's clock; 0 until the first. */
  changedAt: number;
  /** Grows with each change. */
  revision: number;
}

type AreaName = (code: string) => string;

const collator = new Intl.Collator('vi', { numeric: true });

/**
 * The devices of the district as this screen knows them: a list loaded once, and changes from the stream.
 * While a list is on its way the stream goes on; {@link beginLoad} and {@link completeLoad} keep a change that
 * arrived in between from being overwritten by the older list.
 */
export class DeviceStore {
  readonly rows = new Map<string, DeviceRow>();
  #changedDuringLoad: Set<string> | null = null;
  #early = new Map<string, DeviceChange>();

  beginLoad(): void {
    this.#changedDuringLoad = new Set();
  }

  completeLoad(devices: readonly Device[], areaName: AreaName): void {
    const changed = this.#changedDuringLoad ?? new Set<string>();
    this.#changedDuringLoad = null;
    const present = new Set<string>();
    for (const device of devices) {
      present.add(device.id);
      const row = this.rows.get(device.id);
      const early = this.#early.get(device.id);
      const live = changed.has(device.id) ? (early ?? row?.device) : undefined;
      const merged = live ? { ...device, ...livePart(live) } : device;
      const searchKey = keyOf(merged, areaName);
      if (row) {
        row.device = merged;
        row.searchKey = searchKey;
      } else {
        this.rows.set(device.id, { device: merged, searchKey, nameOrder: 0, changedAt: 0, revision: 0 });
      }
    }
    for (const id of this.rows.keys()) if (!present.has(id)) this.rows.delete(id);
    this.#early.clear();
    this.#orderByName();
  }

  abandonLoad(): void {
    this.#changedDuringLoad = null;
  }

  /** Applies changes of the stream. Returns how many of them are of devices that no list has named yet. */
  apply(changes: readonly DeviceChange[], now: number): number {
    let unknown = 0;
    for (const change of changes) {
      this.#changedDuringLoad?.add(change.id);
      const row = this.rows.get(change.id);
      if (!row) {
        this.#early.set(change.id, change);
        unknown++;
        continue;
      }
      row.device = { ...row.device, ...livePart(change) };
      row.changedAt = now;
      row.revision++;
    }
    return unknown;
  }

  /** Makes the search keys anew: the names of the areas may arrive after the devices. */
  index(areaName: AreaName): void {
    for (const row of this.rows.values()) row.searchKey = keyOf(row.device, areaName);
  }

  #orderByName(): void {
    [...this.rows.values()]
      .sort((a, b) => collator.compare(a.device.name, b.device.name) || (a.device.id < b.device.id ? -1 : 1))
      .forEach((row, index) => {
        row.nameOrder = index;
      });
  }
}

function livePart(change: DeviceChange): DeviceChange {
  const { id, state, connected, lastSeen, alerts, channels } = change;
  return { id, state, connected, lastSeen, alerts, channels };
}

function keyOf(device: Device, areaName: AreaName): string {
  const { name, id, model, site, area } = device;
  return fold([name, id, model, site?.name, site?.code, area && areaName(area)].filter(Boolean).join(' '));
}
