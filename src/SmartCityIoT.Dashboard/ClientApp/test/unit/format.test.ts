import { expect, test } from 'vitest';
import { Formatter, unitText } from '../../src/text/format';

const zone = 'Asia/Ho_Chi_Minh';
const vi = new Formatter('vi', zone);
const en = new Formatter('en', zone);
// 2026-11-23 07:03:22 UTC is 14:03:22 in Buôn Ma Thuột.
const time = Date.UTC(2026, 10, 23, 7, 3, 22);

test('numbers have the decimals of their field and the marks of their language', () => {
  expect(vi.number(84.213, 3)).toBe('84,213');
  expect(en.number(84.213, 3)).toBe('84.213');
  expect(vi.number(1234567, 0)).toBe('1.234.567');
  expect(en.number(7, 2)).toBe('7.00');
  expect(vi.number(null)).toBe('–');
  expect(vi.number(Number.NaN)).toBe('–');
});

test('times are of the region, on the 24-hour clock, with the day first', () => {
  expect(vi.clock(time)).toBe('14:03:22');
  expect(en.clock(time)).toBe('14:03:22');
  expect(vi.day(time)).toBe('23/11/2026');
  expect(en.day(time)).toBe('23/11/2026');
  expect(vi.shortDay(time)).toBe('23/11');
  expect(vi.shortClock(Date.UTC(2026, 10, 23, 17, 0, 0))).toBe('00:00');
});

test('a moment of today leaves out the day, by the day of the region', () => {
  expect(vi.moment(time, time + 3_600_000)).toBe('14:03:22');
  // 10 hours later it is the next day there, though not yet in UTC.
  expect(vi.moment(time, time + 10 * 3_600_000)).toBe('23/11/2026 14:03:22');
  expect(vi.moment(null, time)).toBe('–');
});

test('spans choose the unit that a person would', () => {
  expect(vi.ago(time - 12_000, time)).toBe('12 giây trước');
  expect(en.ago(time - 12_000, time)).toBe('12 sec ago');
  expect(vi.duration(5 * 60_000)).toBe('5 phút');
  expect(en.duration(3 * 86_400_000)).toBe('3 days');
  expect(vi.ago(time + 2_000, time)).toBe('0 giây trước');
});

test.each([
  ['m3/h', 'm³/h'],
  ['1', ''],
  ['[NTU]', 'NTU'],
  ['[pH]', ''],
  ['Cel', '°C'],
  ['dB[mW]', 'dBm'],
  ['uS/cm', 'µS/cm'],
  ['W.h', 'Wh'],
  ['{vehicles}', ''],
  ['km/h', 'km/h'],
  [null, ''],
])('the unit %s reads %s', (ucum, text) => {
  expect(unitText(ucum)).toBe(text);
});
