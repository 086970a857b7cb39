import type { Alert, DeviceState, Severity } from '../api/types';

/** Every text of the page. A language that lacks one does not compile. */
export interface Dictionary {
  product: string;
  skipToList: string;
  language: string;
  notKnown: string;
  loading: string;
  retry: string;
  close: string;
  none: string;

  devices: string;
  map: string;
  alerts: string;
  platform: string;
  views: string;

  stream: {
    connecting: string;
    open: string;
    cut: string;
    paused: string;
    cutFromStart: string;
    cutSince: (time: string) => string;
    retryIn: (seconds: string) => string;
    retrying: string;
    retryNow: string;
    answered: (status: number) => string;
    back: string;
  };

  status: {
    label: string;
    messagesPerSecond: string;
    connected: string;
    journal: string;
    journalUsed: (share: string) => string;
    journalLag: (records: string) => string;
    store: string;
    storeUp: string;
    storeDown: string;
    details: string;
  };

  filter: {
    label: string;
    search: string;
    searchHint: string;
    sector: string;
    area: string;
    state: string;
    all: string;
    sort: string;
    sortWorst: string;
    sortName: string;
    sortRecent: string;
    clear: string;
    shown: (shown: string, all: string) => string;
  };

  state: Record<DeviceState, string>;

  list: {
    label: string;
    empty: string;
    emptyHint: string;
    noDevices: string;
    noDevicesHint: string;
    failed: string;
    lastSeen: string;
    never: string;
    alerts: (count: string) => string;
    values: string;
    device: string;
    keys: string;
  };

  simulated: string;

  detail: {
    label: string;
    id: string;
    model: string;
    sector: string;
    area: string;
    site: string;
    position: string;
    coordinates: (latitude: string, longitude: string) => string;
    interval: string;
    connection: string;
    online: string;
    offline: string;
    lastSeen: string;
    values: string;
    channel: (channel: number) => string;
    device: string;
    noValues: string;
    outOfRange: string;
    noBits: string;
    link: string;
    frames: string;
    duplicates: string;
    gaps: string;
    reordered: string;
    deadLetters: string;
    skew: string;
    boot: string;
    firmware: string;
    placements: string;
    since: (day: string) => string;
    until: (from: string, to: string) => string;
    failed: string;
    showOnMap: string;
    quality: string;
    qualityBits: readonly string[];
    flagBits: readonly string[];
  };

  chart: {
    label: string;
    field: string;
    range: string;
    hour: string;
    day: string;
    week: string;
    loading: string;
    empty: string;
    failed: string;
    mean: string;
    value: string;
    spread: string;
    raw: string;
    buckets: (length: string) => string;
    summary: (field: string, min: string, mean: string, max: string, count: string) => string;
    marks: (count: string, all: string, names: string) => string;
    table: string;
    time: string;
    min: string;
    max: string;
  };

  severity: Record<Severity, string>;

  alert: {
    label: string;
    active: string;
    history: string;
    noneActive: string;
    noneActiveHint: string;
    noneHistory: string;
    failed: string;
    raised: string;
    cleared: string;
    acknowledge: string;
    acknowledging: string;
    acknowledgeFailed: (why: string) => string;
    acknowledgedBy: (who: string, time: string) => string;
    acknowledged: string;
    note: string;
    noteHint: string;
    more: string;
    value: string;
    threshold: string;
    course: string;
    platform: string;
    steps: Record<Alert['state'], string>;
    announce: (rule: string, device: string) => string;
    forDevice: string;
  };

  mapText: {
    label: string;
    keys: string;
    loading: string;
    failed: string;
    noWebGl: string;
    zoomIn: string;
    zoomOut: string;
    fit: string;
    simulated: string;
    legend: string;
    hulls: string;
  };

  platformText: {
    label: string;
    today: string;
    closes: string;
    closesNot: string;
    received: string;
    decoded: string;
    duplicate: string;
    deadLettered: string;
    stored: string;
    waiting: string;
    refused: string;
    qos0: string;
    minute: string;
    minutes: string;
    deadLetters: string;
    noDeadLetters: string;
    reason: string;
    failed: string;
    journalHead: string;
    lagLive: string;
    lagStore: string;
    used: string;
  };
}
