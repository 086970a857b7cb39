import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { delayAfter } from '../../src/live/backOff';
import { type ConnectionState, quietLimitMs, StreamConnection } from '../../src/live/streamConnection';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('the wait doubles to a limit, and jitter spreads it', () => {
  const steady = () => 0.5;
  expect([1, 2, 3, 4].map((failures) => delayAfter(failures, steady))).toEqual([500, 1000, 2000, 4000]);
  expect(delayAfter(40, steady)).toBe(20_000);
  expect(delayAfter(3, () => 0)).toBe(1500);
  expect(delayAfter(3, () => 1)).toBe(2500);
});

/** A server whose answers the test makes. */
function fixture() {
  const seen: { lastEventId: string | null; controller: ReadableStreamDefaultController<Uint8Array> | null }[] = [];
  const states: ConnectionState[] = [];
  const events: string[] = [];
  let answer: 'stream' | 'refuse' | 'html' | 'unreachable' | 'hanging' = 'stream';
  const connection = new StreamConnection(
    '/stream',
    {
      onEvent: (event) => events.push(event.data),
      onState: (state) => states.push(state),
      onOpen: () => undefined,
    },
    (_, init) => {
      const request = { lastEventId: new Headers(init?.headers).get('last-event-id'), controller: null as ReadableStreamDefaultController<Uint8Array> | null };
      seen.push(request);
      if (answer === 'unreachable') return Promise.reject(new TypeError('refused'));
      if (answer === 'hanging') {
        return new Promise((_, reject) => {
          init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
        });
      }
      if (answer === 'refuse') return Promise.resolve(new Response('no', { status: 404 }));
      if (answer === 'html') return Promise.resolve(new Response('<html>', { headers: { 'content-type': 'text/html' } }));
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          request.controller = controller;
          init?.signal?.addEventListener('abort', () => controller.error(new DOMException('aborted', 'AbortError')));
        },
      });
      return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream; charset=utf-8' } }));
    },
  );
  return {
    connection,
    seen,
    states,
    events,
    answerWith: (next: typeof answer) => {
      answer = next;
    },
    send: async (text: string) => {
      seen.at(-1)?.controller?.enqueue(new TextEncoder().encode(text));
      await vi.advanceTimersByTimeAsync(0);
    },
    last: () => states.at(-1),
  };
}

test('opens with the first event, is cut, and resumes after the last event', async () => {
  const server = fixture();
  void server.connection.run();
  await vi.advanceTimersByTimeAsync(0);
  expect(server.last()?.kind).toBe('connecting');
  await server.send('id: e-5\ndata: a\n\n');
  expect(server.last()?.kind).toBe('open');
  server.seen[0]?.controller?.close();
  await vi.advanceTimersByTimeAsync(0);
  expect(server.last()).toMatchObject({ kind: 'cut', reason: { status: 0 } });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(server.seen[1]?.lastEventId).toBe('e-5');
  await server.send('data: b\n\n');
  expect(server.last()?.kind).toBe('open');
  expect(server.events).toEqual(['a', 'b']);
  server.connection.stop();
});

test.each(['refuse', 'html', 'unreachable'] as const)('goes on trying, ever slower, when the server answers with "%s"', async (kind) => {
  const server = fixture();
  server.answerWith(kind);
  void server.connection.run();
  await vi.advanceTimersByTimeAsync(60_000);
  const attempts = server.seen.length;
  expect(attempts).toBeGreaterThan(5);
  expect(attempts).toBeLessThan(12);
  expect(server.last()).toMatchObject({ kind: 'cut', reason: { status: kind === 'refuse' ? 404 : kind === 'html' ? 200 : 0 } });
  server.answerWith('stream');
  server.connection.retryNow();
  await vi.advanceTimersByTimeAsync(0);
  await server.send('data: back\n\n');
  expect(server.last()?.kind).toBe('open');
  server.connection.stop();
});

test('a stream that is open and silent, or sends comments alone, counts as cut', async () => {
  const server = fixture();
  void server.connection.run();
  await vi.advanceTimersByTimeAsync(0);
  await server.send('data: a\n\n');
  const since = Date.now();
  for (let waited = 0; waited < quietLimitMs; waited += 1_000) {
    await vi.advanceTimersByTimeAsync(1_000);
    if (waited < quietLimitMs - 1_000) await server.send(': still here\n\n');
  }
  expect(server.last()).toMatchObject({ kind: 'cut', since });
  server.connection.stop();
});

test.each(['stream', 'hanging'] as const)('a connection that never brings a first event ("%s") is given up', async (kind) => {
  const server = fixture();
  server.answerWith(kind);
  void server.connection.run();
  await vi.advanceTimersByTimeAsync(quietLimitMs - 1);
  expect(server.last()?.kind).toBe('connecting');
  await vi.advanceTimersByTimeAsync(1);
  expect(server.last()).toMatchObject({ kind: 'cut', since: null });
  server.connection.stop();
});

test('a hidden page gives its connection back and takes it up again', async () => {
  const server = fixture();
  void server.connection.run();
  await vi.advanceTimersByTimeAsync(0);
  await server.send('data: a\n\n');
  server.connection.pause();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(server.last()?.kind).toBe('paused');
  expect(server.seen.length).toBe(1);
  server.connection.resume();
  await vi.advanceTimersByTimeAsync(0);
  await server.send('data: b\n\n');
  expect(server.seen.length).toBe(2);
  expect(server.last()?.kind).toBe('open');
  server.connection.stop();
});
