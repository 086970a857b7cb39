// A district with everything that the page must show: three sectors, all states, alerts of all kinds.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const minute = 60_000;

/** Seeded, so that two runs and two screenshots are of the same district (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const streets = ['Lê Duẩn', 'Nguyễn Tất Thành', 'Phan Chu Trinh', 'Y Jút', 'Hoàng Diệu', 'Trần Phú', 'Điện Biên Phủ', 'Ybih Alêô'];

/** Ranges within which the values of a kind of device wander. */
const kinds = {
  lamp: { sector: 'lighting', model: 'LAMP-100', interval: 300, name: (street, n) => `Đèn ${street} ${n}`, fields: { state: [1, 1], dim_level: [50, 100], power: [40, 110], voltage: [216, 231], current: [0.2, 0.5], power_factor: [0.92, 0.98], gear_temperature: [35, 58], energy: [100000, 900000], faults: [0, 0] } },
  junction: { sector: 'traffic', model: 'TC-4', interval: 60, name: (street, n) => `Nút giao ${street} ${n}`, channels: [1, 2], fields: { motorbike_count: [40, 320], car_count: [4, 60], bus_count: [0, 4], truck_count: [0, 9], mean_speed: [14, 42], occupancy: [4, 40], supply_voltage: [11.8, 12.6], status: [0, 0] } },
  zone: { sector: 'water', model: 'WM-50', interval: 900, name: (street, n) => `Đồng hồ vùng ${street} ${n}`, fields: { flow: [2, 90], volume: [100000, 90000000], pressure: [120, 320], battery_voltage: [3.4, 3.6], rssi: [-110, -80], status: [0, 0] } },
  quality: { sector: 'water', model: 'WQ-1', interval: 300, name: (street, n) => `Trạm chất lượng nước ${street} ${n}`, fields: { turbidity: [0.2, 1.4], ph: [6.8, 7.6], free_chlorine: [0.3, 0.8], temperature: [23, 29], conductivity: [180, 420], status: [0, 0] } },
};
const mix = ['lamp', 'lamp', 'lamp', 'lamp', 'lamp', 'lamp', 'zone', 'zone', 'junction', 'quality'];

export function makeDistrict(repository, count) {
  const random = randomFrom(20261123);
  const between = (low, high) => low + random() * (high - low);
  const region = JSON.parse(readFileSync(join(repository, 'regions/buon-ma-thuot/region.json'), 'utf8'));
  const sectors = readdirSync(join(repository, 'packs'))
    .map((name) => sectorOf(JSON.parse(readFileSync(join(repository, 'packs', name, 'pack.json'), 'utf8'))))
    .sort((a, b) => a.number - b.number);
  const fieldOf = (sector, name) => sectors.find((one) => one.name === sector).fields.find((field) => field.name === name);
  const places = region.areas.filter((area) => area.center && area.replacedBy);
  const started = Date.now();

  const sample = (kind, channel, time) => ({
    channel,
    time,
    quality: 0,
    flags: 0,
    values: Object.fromEntries(
      Object.entries(kind.fields).map(([name, [low, high]]) => [name, rounded(between(low, high), fieldOf(kind.sector, name).digits)]),
    ),
  });

  const devices = Array.from({ length: count }, (_, index) => {
    const kind = kinds[mix[index % mix.length]];
    const place = places[Math.floor(index / 40) % places.length];
    const street = streets[Math.floor(index / 25) % streets.length];
    const angle = (Math.floor(index / 40) * 67 * Math.PI) / 180;
    const along = ((index % 40) - 20) * 0.0003;
    const seen = started - Math.floor(between(1_000, kind.interval * 1000));
    return {
      kind,
      item: {
        id: (0x0a73696d00000000n + BigInt(index + 1)).toString(16).padStart(16, '0'),
        name: kind.name(street, index + 1),
        sector: kind.sector,
        model: kind.model,
        state: 'inService',
        area: place.code,
        site: {
          code: `S${index + 1}`,
          name: `${street}, ${place.name}`,
          latitude: place.center.latitude + along * Math.sin(angle) + between(-0.0002, 0.0002),
          longitude: place.center.longitude + along * Math.cos(angle) + between(-0.0002, 0.0002),
          simulated: true,
        },
        interval: kind.interval,
        connected: true,
        lastSeen: seen,
        alerts: 0,
        channels: (kind.channels ?? [0]).map((channel) => sample(kind, channel, seen)),
      },
    };
  });

  const alerts = [];
  const raise = (device, alert) => {
    alerts.push({
      id: String(alerts.length + 1), device: device?.item.id ?? null, deviceName: device?.item.name ?? '', channel: 0,
      severity: 'warning', state: 'raised', field: null, value: null, threshold: null, unit: null,
      raisedAt: started - 7 * minute, acknowledgedAt: null, acknowledgedBy: null, clearedAt: null,
      area: device?.item.area ?? '', sector: device?.item.sector ?? '', detail: null, ...alert,
    });
    if (device && alert.state !== 'cleared') device.item.alerts++;
  };
  const nth = (kind, n) => devices.filter((device) => device.kind === kinds[kind])[n];
  troubles({ nth, raise, started });

  return {
    region: { name: region.name, timeZone: region.timeZone, center: region.center, bounds: region.bounds },
    sectors,
    devices,
    alerts,
    deadLetters: [
      { id: '2', receivedAt: started - minute, reason: 'BadCrc', device: devices[3]?.item.id ?? null, topic: '', payload: 'b311', detail: '' },
      { id: '1', receivedAt: started - 9 * minute, reason: 'DeviceMismatch', device: null, topic: 'sc/v1/07/0a73696d00000007/up', payload: 'b311', detail: 'frame of 0a73696d00000008' },
    ],
    areas: () =>
      region.areas.map((area) => ({
        code: area.code, name: area.name, kind: area.kind, parent: null, validFrom: null, validTo: null,
        replacedBy: area.replacedBy ?? null, center: area.center ?? null,
        devices: devices.filter(({ item }) => item.area === area.code || region.areas.some((old) => old.code === item.area && old.replacedBy === area.code)).length,
      })),
    status: () => ({
      now: Date.now(), messagesPerSecond: rounded(between(28, 34), 1), connected: devices.filter(({ item }) => item.connected).length, devices: devices.length,
      journal: { usedFraction: 0.012, lagStore: Math.floor(between(0, 60)), lagLive: 0 },
      store: { up: true, error: null },
      activeAlerts: alerts.filter((alert) => alert.state !== 'cleared').length,
      today: { minute: started, received: 128_442, decoded: 127_801, duplicate: 639, deadLettered: 2, stored: 127_790, waiting: 11, refused: 0, status: 2000, qos0: 0, evicted: 0 },
    }),
    balance: () => ({
      items: Array.from({ length: 15 }, (_, n) => ({
        minute: Math.floor(Date.now() / minute) * minute - (14 - n) * minute, received: 1900 + n, decoded: 1890 + n, duplicate: 10, deadLettered: 0,
        stored: n === 14 ? 1800 : 1890 + n, waiting: n === 14 ? 104 : 0, refused: 0, status: 0, qos0: 0, evicted: 0,
      })),
      closes: true,
      next: null,
    }),
    steps: (alert) => [
      { at: alert.raisedAt, state: 'raised', actor: 'platform', note: null, value: alert.value },
      ...(alert.acknowledgedAt ? [{ at: alert.acknowledgedAt, state: 'acknowledged', actor: alert.acknowledgedBy, note: 'Đã báo đội trực', value: null }] : []),
      ...(alert.clearedAt ? [{ at: alert.clearedAt, state: 'cleared', actor: 'platform', note: null, value: null }] : []),
    ],
    detail: ({ item }) => ({
      ...item,
      placements: [{ site: item.site, area: item.area, from: started - 90 * 24 * 60 * minute, to: null }],
      link: { frames: 4123, duplicates: 21, gaps: 0, reordered: 3, deadLetters: 0, lateReadings: 0, skewMs: -240, boot: 2, seq: 118, firmware: '1.4.2' },
    }),
    history: ({ kind, item }, query) => {
      const field = fieldOf(kind.sector, query.get('field'));
      const from = Number(query.get('from'));
      const to = Math.min(Number(query.get('to')), Date.now());
      const wanted = Number(query.get('points'));
      const samples = (to - from) / (item.interval * 1000);
      const interval = samples <= wanted ? 0 : Math.ceil((to - from) / wanted / minute) * minute;
      const step = interval || item.interval * 1000;
      const [low, high] = kind.fields[field.name];
      const points = [];
      // A sixth of each day came late after an outage, and a test was run at its end.
      const qualityAt = (time) => (time % 86_400_000 < 14_400_000 ? 4 : time % 86_400_000 < 15_300_000 ? 4 | 16 : 0);
      for (let time = Math.ceil(from / step) * step; time < to; time += step) {
        const wave = 0.5 + 0.34 * Math.sin((time / 86_400_000) * 2 * Math.PI * 2) + 0.06 * Math.sin(time / 911_000);
        const mean = rounded(low + (high - low) * wave, field.digits);
        const spread = interval ? (high - low) * 0.09 : 0;
        points.push({ time, min: rounded(mean - spread, field.digits), mean, max: rounded(mean + spread, field.digits), count: interval ? Math.round(interval / item.interval / 1000) || 1 : 1, quality: qualityAt(time) });
      }
      return { field: field.name, unit: field.unit, interval, points };
    },
    /** New readings of `n` devices, as the stream tells them. */
    move(n) {
      const now = Date.now();
      return Array.from({ length: n }, () => {
        const device = devices[Math.floor(random() * devices.length)];
        const { item, kind } = device;
        if (item.state === 'inService') {
          item.lastSeen = now;
          item.channels = item.channels.map(({ channel }) => sample(kind, channel, now));
        }
        const { id, state, connected, lastSeen, alerts: open, channels } = item;
        return { id, state, connected, lastSeen, alerts: open, channels };
      });
    },
  };
}

/** Devices in every state, and an alert of every kind. */
function troubles({ nth, raise, started }) {
  const label = (vi, en) => ({ ruleLabel: { vi, en } });
  const lowPressure = nth('zone', 0);
  lowPressure.item.channels[0].values.pressure = 34.2;
  raise(lowPressure, { rule: 'water-pressure-low', ...label('Áp suất nước thấp', 'Low water pressure'), field: 'pressure', value: 34.2, threshold: 100, unit: 'kPa' });
  raise(nth('quality', 0), { rule: 'water-chlorine-low', ...label('Clo dư tự do thấp', 'Low free chlorine'), severity: 'critical', field: 'free_chlorine', value: 0.118, threshold: 0.2, unit: 'mg/L', raisedAt: started - 2 * minute });
  const outOfRange = nth('quality', 1);
  Object.assign(outOfRange.item.channels[0], { quality: 1, flags: 4 });
  outOfRange.item.channels[0].values.ph = 15.2;
  for (const n of [4, 9, 33]) {
    const silent = nth('lamp', n);
    Object.assign(silent.item, { state: 'silent', connected: false, lastSeen: started - 47 * minute });
    raise(silent, { rule: 'device-silent', ...label('Thiết bị mất tín hiệu', 'Device silent'), raisedAt: started - 31 * minute, detail: '3 × 300 s' });
  }
  const lamp = nth('lamp', 20);
  lamp.item.state = 'faulty';
  lamp.item.channels[0].values.faults = 3;
  raise(lamp, { rule: 'lamp-failure', ...label('Đèn hỏng', 'Lamp failure'), field: 'power', value: 1.2, threshold: 15, unit: 'W', state: 'acknowledged', acknowledgedAt: started - 4 * minute, acknowledgedBy: 'nga.tran' });
  raise(null, { rule: 'platform-clock', ...label('Đồng hồ thiết bị lệch nhiều', 'Many device clocks are off'), severity: 'info', detail: '14' });
  raise(nth('zone', 3), { rule: 'water-pressure-high', ...label('Áp suất nước cao', 'High water pressure'), field: 'pressure', value: 612, threshold: 600, unit: 'kPa', state: 'cleared', clearedAt: started - 12 * minute, raisedAt: started - 55 * minute });
  Object.assign(nth('lamp', 60).item, { state: 'planned', connected: null, lastSeen: null, channels: [] });
  Object.assign(nth('lamp', 61).item, { state: 'retired', connected: false, lastSeen: started - 40 * 24 * 60 * minute });
}

function sectorOf(pack) {
  return {
    name: pack.name,
    number: pack.sector,
    label: pack.label,
    fields: pack.schemas.at(-1).fields.map((field) => ({
      name: field.name, unit: field.unit, label: field.label, role: field.role ?? 'value',
      cumulative: field.cumulative ?? false,
      digits: (String(field.scale).split('.')[1] ?? '').length, valid: field.valid ?? [null, null], bits: field.bits ?? [],
    })),
  };
}

function rounded(value, digits) {
  return Number(value.toFixed(digits));
}
