const firstDelayMs = 500;
const longestDelayMs = 20_000;

/**
 * Wait before the next attempt after `failures` attempts in a row have failed: doubles up to 20 s.
 * Jitter of ±25 % keeps the screens of a whole control room from returning in the same instant.
 */
export function delayAfter(failures: number, random: () => number = Math.random): number {
  const steady = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.max(0, failures - 1));
  return Math.round(steady * (0.75 + random() * 0.5));
}
