/** What the HTTP API answers. Times are Unix milliseconds; `null` means "not known". */

export interface Bilingual {
  vi: string;
  en: string;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export type DeviceState = 'planned' | 'inService' | 'silent' | 'faulty' | 'retired';

export interface Site {
  code: string;
  name: string;
  latitude: number;
  longitude: number;
  simulated: boolean;
}

/** The newest accepted sample of one channel; `values` holds the fields that the sample measured. */
export interface ChannelReading {
  channel: number;
  time: number;
  quality: number;
  flags: number;
  values: Record<string, number>;
}

/** The part of a device that the stream repeats when it changes. */
export interface DeviceChange {
  id: string;
  state: DeviceState;
  connected: boolean | null;
  lastSeen: number | null;
  alerts: number;
  channels: ChannelReading[];
}

export interface Device extends DeviceChange {
  name: string;
  sector: string;
  model: string;
  /** Code of the site's area; empty where the device has none. */
  area: string;
  site: Site | null;
  interval: number;
}

export interface LinkCounters {
  frames: number;
  duplicates: number;
  gaps: number;
  reordered: number;
  deadLetters: number;
  skewMs: number | null;
  boot: number | null;
  firmware: string | null;
}

export interface Placement {
  site: Site;
  area: string;
  from: number;
  to: number | null;
}

export interface DeviceDetail extends Device {
  placements: Placement[];
  link: LinkCounters;
}

export interface SeriesPoint {
  time: number;
  min: number;
  mean: number;
  max: number;
  count: number;
  /** Every quality bit of the readings behind the point; 0 = all of them good. */
  quality: number;
}

/** `interval` is the bucket's length; 0 means that every point is one sample. */
export interface History {
  field: string;
  unit: string;
  interval: number;
  points: SeriesPoint[];
}

export interface Area {
  code: string;
  name: string;
  kind: string;
  parent: string | null;
  validFrom: number | null;
  validTo: number | null;
  replacedBy: string | null;
  center: { latitude: number; longitude: number } | null;
  devices: number;
}

export interface FieldBit {
  bit: number;
  name: string;
  label: Bilingual;
}

export interface Field {
  name: string;
  unit: string;
  label: Bilingual;
  role: 'value' | 'channel' | 'bits';
  digits: number;
  /** Only ever grows: says little at a glance. */
  cumulative: boolean;
  valid: [number | null, number | null];
  bits: FieldBit[];
}

export interface Sector {
  name: string;
  number: number;
  label: Bilingual;
  fields: Field[];
}

export type Severity = 'info' | 'warning' | 'critical';

export interface Alert {
  id: string;
  /** Null for an alert of the platform itself. */
  device: string | null;
  deviceName: string;
  rule: string;
  ruleLabel: Bilingual;
  severity: Severity;
  state: 'raised' | 'acknowledged' | 'cleared';
  field: string | null;
  value: number | null;
  threshold: number | null;
  unit: string | null;
  raisedAt: number;
  acknowledgedAt: number | null;
  acknowledgedBy: string | null;
  clearedAt: number | null;
  area: string;
  sector: string;
  detail: string | null;
}

/** One step in the life of an alert: the state that it led to, and who took it. */
export interface AlertStep {
  at: number;
  state: Alert['state'];
  actor: string;
  note: string | null;
  value: number | null;
}

export interface BalanceCounts {
  received: number;
  decoded: number;
  duplicate: number;
  deadLettered: number;
  stored: number;
  waiting: number;
  refused: number;
  status?: number;
  qos0?: number;
  evicted?: number;
}

export interface BalanceMinute extends BalanceCounts {
  minute: number;
}

export interface Balance {
  items: BalanceMinute[];
  closes: boolean;
}

export interface DeadLetter {
  id: string;
  receivedAt: number;
  reason: string;
  device: string | null;
  topic: string;
  payload: string;
  detail: string;
}

export interface Region {
  name: Bilingual;
  timeZone: string;
  center: { latitude: number; longitude: number };
  bounds: [west: number, south: number, east: number, north: number];
}

export interface PlatformStatus {
  now: number;
  messagesPerSecond: number;
  connected: number;
  devices: number;
  journal: { usedFraction: number; lagStore: number; lagLive: number };
  store: { up: boolean; error: string | null };
  activeAlerts: number;
  today: Partial<BalanceCounts>;
}
