/** One event of a `text/event-stream`, as the HTML standard dispatches it. */
export interface ServerEvent {
  type: string;
  data: string;
  /** The last id seen up to and with this event: what `Last-Event-ID` must say to resume after it. */
  id: string;
}

/**
 * Parses server-sent events from text that arrives in arbitrary pieces: a line, and even the CR LF at its end,
 * may be cut anywhere. Follows "interpreting an event stream" of the HTML standard, except that `retry` is
 * ignored, because the connection keeps its own back-off.
 */
export class EventStreamParser {
  #rest = '';
  #type = '';
  #data: string[] = [];
  #id = '';
  #isFirst = true;

  constructor(lastEventId = '') {
    this.#id = lastEventId;
  }

  push(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    let buffer = this.#rest + text;
    if (this.#isFirst && buffer.length > 0) {
      if (buffer.charCodeAt(0) === 0xfeff) buffer = buffer.slice(1);
      this.#isFirst = false;
    }
    let start = 0;
    for (let i = 0; i < buffer.length; i++) {
      const c = buffer.charCodeAt(i);
      if (c !== 10 && c !== 13) continue;
      // A CR at the very end may be the first half of a CR LF: wait for the next piece.
      if (c === 13 && i === buffer.length - 1) break;
      this.#line(buffer.slice(start, i), events);
      if (c === 13 && buffer.charCodeAt(i + 1) === 10) i++;
      start = i + 1;
    }
    this.#rest = buffer.slice(start);
    return events;
  }

  #line(line: string, events: ServerEvent[]): void {
    if (line === '') {
      if (this.#data.length > 0) events.push({ type: this.#type || 'message', data: this.#data.join('\n'), id: this.#id });
      this.#type = '';
      this.#data = [];
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value.startsWith(' ')) value = value.slice(1);
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#type = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
  }
}
