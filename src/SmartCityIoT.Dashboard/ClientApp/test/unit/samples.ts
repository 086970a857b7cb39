import type { Alert, Area, ChannelReading, Device } from '../../src/api/types';

export function device(id: string, more: Partial<Device> = {}): Device {
  return {
    id, name: `Đèn ${id}`, sector: 'lighting', model: 'LAMP', state: 'inService', area: '24118', site: null, interval: 300,
    connected: true, lastSeen: 1_000, alerts: 0, channels: [reading(1_000, { power: 80 })], ...more,
  };
}

export function reading(time: number, values: Record<string, number>, channel = 0): ChannelReading {
  return { channel, time, quality: 0, flags: 0, values };
}

export function alert(id: string, more: Partial<Alert> = {}): Alert {
  return {
    id, device: 'd1', deviceName: 'Đèn 1', rule: 'rule', ruleLabel: { vi: 'Luật', en: 'Rule' }, severity: 'warning', state: 'raised',
    field: null, value: null, threshold: null, unit: null, raisedAt: 1_000, acknowledgedAt: null, acknowledgedBy: null, clearedAt: null,
    area: '', sector: 'lighting', detail: null, ...more,
  };
}

export function area(code: string, more: Partial<Area> = {}): Area {
  return { code, name: code, kind: 'ward', parent: null, validFrom: null, validTo: null, replacedBy: null, center: null, devices: 1, ...more };
}
