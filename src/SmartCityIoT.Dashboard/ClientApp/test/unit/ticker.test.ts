import { expect, test, vi } from 'vitest';
import { Ticker } from '../../src/live/ticker';

test('runs at once, then at most once per interval, and never without a request', () => {
  vi.useFakeTimers();
  let runs = 0;
  const ticker = new Ticker(250, () => runs++);
  for (let ms = 0; ms < 990; ms += 10) {
    ticker.request();
    vi.advanceTimersByTime(10);
  }
  expect(runs).toBe(4);
  vi.advanceTimersByTime(10_000);
  expect(runs).toBe(5);
  ticker.request();
  ticker.cancel();
  vi.advanceTimersByTime(10_000);
  expect(runs).toBe(5);
  vi.useRealTimers();
});
