import type { ChannelReading, Device, Field, Sector } from '../api/types';

/** Values that say most about a device at a glance, by sector. A sector that is not listed shows its first fields. */
const headlineFields: Record<string, readonly string[]> = {
  traffic: ['motorbike_count', 'car_count', 'mean_speed', 'occupancy', 'queue_length'],
  water: ['flow', 'pressure', 'level', 'turbidity', 'ph', 'free_chlorine', 'temperature'],
  lighting: ['dim_level', 'power', 'voltage'],
};

export interface HeadlineValue {
  field: Field;
  value: number;
}

/** Up to `count` values of the device's first channel, in the order in which an operator reads them. */
export function headline(device: Device, sector: Sector | undefined, count: number): HeadlineValue[] {
  const reading = firstChannel(device);
  if (!reading || !sector) return [];
  const fields = sector.fields.filter((field) => field.role === 'value' && !field.cumulative && reading.values[field.name] !== undefined);
  const preferred = headlineFields[sector.name];
  if (preferred) {
    const place = (field: Field) => (preferred.includes(field.name) ? preferred.indexOf(field.name) : preferred.length);
    fields.sort((a, b) => place(a) - place(b));
  }
  return fields.slice(0, count).map((field) => ({ field, value: reading.values[field.name] as number }));
}

export function firstChannel(device: Device): ChannelReading | undefined {
  return device.channels.reduce<ChannelReading | undefined>(
    (first, reading) => (first === undefined || reading.channel < first.channel ? reading : first),
    undefined,
  );
}

/** Whether a value lies outside the range that its sector pack calls plausible. */
export function isOutOfRange(field: Field, value: number): boolean {
  const [min, max] = field.valid;
  return (min !== null && value < min) || (max !== null && value > max);
}
