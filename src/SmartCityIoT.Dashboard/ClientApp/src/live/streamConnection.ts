import { EventStreamParser, type ServerEvent } from '../api/eventStreamParser';
import { delayAfter } from './backOff';

/** The platform sends its status every second, so this much silence means that the stream is dead. */
export const quietLimitMs = 6_000;

export type ConnectionState =
  | { kind: 'connecting' }
  | { kind: 'open' }
  /**
   * `since` is when the last event arrived, null before the first: what is on the screen is as old as that.
   * `retryAt` is null while trying.
   */
  | { kind: 'cut'; since: number | null; retryAt: number | null; reason: CutReason }
  | { kind: 'paused' };

export interface CutReason {
  /** HTTP status of an answer that was not an event stream; 0 where there was no answer. */
  status: number;
}

export interface StreamHooks {
  onEvent(event: ServerEvent): void;
  onState(state: ConnectionState): void;
  /** A connection stands; its first event has not arrived yet. */
  onOpen(): void;
}

/**
 * Keeps one server-sent event stream alive over `fetch`. Unlike `EventSource` it sees the HTTP status, survives a
 * 404 or a wrong content type, notices a connection that is open and silent, and keeps `Last-Event-ID` across
 * attempts that it times itself.
 */
export class StreamConnection {
  #abort: AbortController | null = null;
  #wake: (() => void) | null = null;
  #lastEventId = '';
  #lastEventAt: number | null = null;
  #isPaused = false;
  #isStopped = false;

  constructor(
    private readonly url: string,
    private readonly hooks: StreamHooks,
    private readonly fetchStream: typeof fetch = (input, init) => fetch(input, init),
  ) {}

  /** Runs until {@link stop}; attempts follow each other with back-off. */
  async run(): Promise<void> {
    let failures = 0;
    this.hooks.onState({ kind: 'connecting' });
    while (!this.#isStopped) {
      if (this.#isPaused) {
        await this.#sleep(null);
        failures = 0;
        continue;
      }
      const before = this.#lastEventAt;
      const reason = await this.#attempt();
      if (this.#isStopped || this.#isPaused) continue;
      failures = this.#lastEventAt !== before ? 1 : failures + 1;
      const delay = delayAfter(failures);
      this.hooks.onState({ kind: 'cut', since: this.#lastEventAt, retryAt: Date.now() + delay, reason });
      await this.#sleep(delay);
      if (!this.#isStopped && !this.#isPaused) this.hooks.onState({ kind: 'cut', since: this.#lastEventAt, retryAt: null, reason });
    }
  }

  /** Ends the wait for the next attempt. */
  retryNow(): void {
    this.#wake?.();
  }

  /** Gives the connection back: HTTP/1.1 allows six per browser, and hidden tabs would use them up. */
  pause(): void {
    this.#isPaused = true;
    this.#abort?.abort();
    this.hooks.onState({ kind: 'paused' });
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.hooks.onState({ kind: 'connecting' });
    this.#wake?.();
  }

  stop(): void {
    this.#isStopped = true;
    this.#abort?.abort();
    this.#wake?.();
  }

  async #attempt(): Promise<CutReason> {
    const abort = new AbortController();
    this.#abort = abort;
    let watchdog = setTimeout(() => abort.abort(), quietLimitMs);
    try {
      const headers: Record<string, string> = { accept: 'text/event-stream' };
      if (this.#lastEventId !== '') headers['last-event-id'] = this.#lastEventId;
      const response = await this.fetchStream(this.url, { headers, signal: abort.signal, cache: 'no-store' });
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
      if (!response.ok || !isStream || response.body === null) {
        await response.body?.cancel();
        return { status: response.status };
      }
      this.hooks.onOpen();
      const parser = new EventStreamParser(this.#lastEventId);
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      let isOpen = false;
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return { status: 0 };
        for (const event of parser.push(decoder.decode(value, { stream: true }))) {
          this.#lastEventId = event.id;
          this.#lastEventAt = Date.now();
          // Only whole events count: a server that sends nothing but comments shows nothing new.
          clearTimeout(watchdog);
          watchdog = setTimeout(() => abort.abort(), quietLimitMs);
          if (!isOpen) {
            isOpen = true;
            this.hooks.onState({ kind: 'open' });
          }
          this.hooks.onEvent(event);
        }
      }
    } catch {
      return { status: 0 };
    } finally {
      clearTimeout(watchdog);
    }
  }

  #sleep(delayMs: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = delayMs === null ? undefined : setTimeout(() => this.#wake?.(), delayMs);
      this.#wake = () => {
        this.#wake = null;
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
