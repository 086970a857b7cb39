/**
 * Calls `run` soon after {@link request}, and then at most once per `intervalMs` however often it is requested.
 * Bounds how often a screen is drawn when the stream is faster than eyes.
 */
export class Ticker {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastRun = -Infinity;

  constructor(
    private readonly intervalMs: number | (() => number),
    private readonly run: () => void,
  ) {}

  request(): void {
    if (this.#timer !== undefined) return;
    const interval = typeof this.intervalMs === 'number' ? this.intervalMs : this.intervalMs();
    const wait = Math.max(0, this.#lastRun + interval - Date.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#lastRun = Date.now();
      this.run();
    }, wait);
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
