import type { Language } from './language';

/** Vietnamese writes 1.234,5 and English 1,234.5; both screens use the 24-hour clock and day before month. */
const locales: Record<Language, string> = { vi: 'vi-VN', en: 'en-GB' };

/** A time that is not known. */
export const unknownText = '–';

const unitNames: Record<string, string> = {
  '1': '',
  'm3/h': 'm³/h',
  m3: 'm³',
  L: 'L',
  Cel: '°C',
  'uS/cm': 'µS/cm',
  '[NTU]': 'NTU',
  '{NTU}': 'NTU',
  '[pH]': '',
  'dB[mW]': 'dBm',
  'dB[1.mW]': 'dBm',
  deg: '°',
  'W.h': 'Wh',
};

/** What a person reads for a UCUM unit: `m3/h` is m³/h, `{vehicles}` is left out, since the label says it. */
export function unitText(ucum: string | null | undefined): string {
  if (!ucum) return '';
  const known = unitNames[ucum];
  if (known !== undefined) return known;
  const annotation = /^\{(.*)\}$/.exec(ucum);
  if (annotation) return /^(count|vehicles?|switches|cycles|1)$/.test(annotation[1] ?? '') ? '' : (annotation[1] ?? '');
  return ucum.replace(/\{[^}]*\}/g, '').replace(/^\[(.*)\]$/, '$1');
}

/** Number and time texts of one language in one time zone. Build one per language and keep it: `Intl` objects are dear. */
export class Formatter {
  readonly #locale: string;
  readonly #numbers = new Map<number, Intl.NumberFormat>();
  readonly #compact: Intl.NumberFormat;
  readonly #percent: Intl.NumberFormat;
  readonly #clock: Intl.DateTimeFormat;
  readonly #shortClock: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #shortDay: Intl.DateTimeFormat;
  readonly #relative: Intl.RelativeTimeFormat;

  constructor(language: Language, timeZone: string) {
    this.#locale = locales[language];
    const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone } as const;
    this.#clock = new Intl.DateTimeFormat(this.#locale, { ...time, second: '2-digit' });
    this.#shortClock = new Intl.DateTimeFormat(this.#locale, time);
    this.#day = new Intl.DateTimeFormat(this.#locale, { day: '2-digit', month: '2-digit', year: 'numeric', timeZone });
    this.#shortDay = new Intl.DateTimeFormat(this.#locale, { day: '2-digit', month: '2-digit', timeZone });
    this.#relative = new Intl.RelativeTimeFormat(this.#locale, { numeric: 'always', style: 'short' });
    this.#compact = new Intl.NumberFormat(this.#locale, { notation: 'compact', maximumFractionDigits: 1 });
    this.#percent = new Intl.NumberFormat(this.#locale, { style: 'percent', maximumFractionDigits: 1 });
  }

  /** A number with exactly `digits` decimals, as the sector pack states them. */
  number(value: number | null | undefined, digits = 0): string {
    if (value === null || value === undefined || !Number.isFinite(value)) return unknownText;
    let format = this.#numbers.get(digits);
    if (!format) {
      format = new Intl.NumberFormat(this.#locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
      this.#numbers.set(digits, format);
    }
    return format.format(value);
  }

  compact(value: number): string {
    return this.#compact.format(value);
  }

  percent(fraction: number): string {
    return this.#percent.format(fraction);
  }

  /** 14:03:22 */
  clock(time: number | null | undefined): string {
    return isTime(time) ? this.#clock.format(time) : unknownText;
  }

  /** 14:03 */
  shortClock(time: number): string {
    return this.#shortClock.format(time);
  }

  /** 23/11/2026 */
  day(time: number | null | undefined): string {
    return isTime(time) ? ordered(this.#day, time) : unknownText;
  }

  /** 23/11 */
  shortDay(time: number): string {
    return ordered(this.#shortDay, time);
  }

  /** 14:03:22 today, 23/11/2026 14:03:22 on any other day. The day comes first: `Intl` would put it last in Vietnamese. */
  moment(time: number | null | undefined, now: number): string {
    if (!isTime(time)) return unknownText;
    const clock = this.#clock.format(time);
    return this.day(time) === this.day(now) ? clock : `${this.day(time)} ${clock}`;
  }

  /** "12 giây trước"; a time of the future, within a clock's tolerance, counts as just passed. */
  ago(time: number | null | undefined, now: number): string {
    if (!isTime(time)) return unknownText;
    const [count, unit] = span(Math.max(0, now - time));
    return this.#relative.format(-count, unit);
  }

  /** "12 giây": the same without a direction, for a column that says so in its heading. */
  duration(milliseconds: number): string {
    const [count, unit] = span(Math.max(0, milliseconds));
    return new Intl.NumberFormat(this.#locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count);
  }
}

function isTime(time: number | null | undefined): time is number {
  return time !== null && time !== undefined && Number.isFinite(time);
}

function ordered(format: Intl.DateTimeFormat, time: number): string {
  const parts = new Map(format.formatToParts(time).map((part) => [part.type, part.value]));
  return [parts.get('day'), parts.get('month'), parts.get('year')].filter((part) => part !== undefined).join('/');
}

function span(milliseconds: number): [count: number, unit: 'second' | 'minute' | 'hour' | 'day'] {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 100) return [seconds, 'second'];
  if (seconds < 100 * 60) return [Math.floor(seconds / 60), 'minute'];
  if (seconds < 48 * 3600) return [Math.floor(seconds / 3600), 'hour'];
  return [Math.floor(seconds / 86400), 'day'];
}
