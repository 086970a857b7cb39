import { expect, test } from 'vitest';
import { EventStreamParser } from '../../src/api/eventStreamParser';

const stream =
  'event: status\ndata: {"now":1}\n\n: a comment\n\nid: e1-7\nevent: devices\r\ndata: [\r\ndata: ]\r\n\r\ndata:bare\rid\r\rid: bad\0id\ndata\n\n';
const events = [
  { type: 'status', data: '{"now":1}', id: '' },
  { type: 'devices', data: '[\n]', id: 'e1-7' },
  { type: 'message', data: 'bare', id: '' },
  { type: 'message', data: '', id: '' },
];

test('events of a whole stream', () => {
  expect(new EventStreamParser().push(stream)).toEqual(events);
});

test('a stream cut at any place, or into single characters, gives the same events', () => {
  for (let cut = 0; cut <= stream.length; cut++) {
    const parser = new EventStreamParser();
    expect([...parser.push(stream.slice(0, cut)), ...parser.push(stream.slice(cut))]).toEqual(events);
  }
  const parser = new EventStreamParser();
  expect([...stream].flatMap((character) => parser.push(character))).toEqual(events);
});

test('an event without its empty line is not dispatched', () => {
  expect(new EventStreamParser().push('data: half\n')).toEqual([]);
});

test('the last id goes on from an earlier connection', () => {
  expect(new EventStreamParser('e1-3').push('data: x\n\n')).toEqual([{ type: 'message', data: 'x', id: 'e1-3' }]);
});

test('a byte order mark is skipped', () => {
  expect(new EventStreamParser().push('\ufeffdata: x\n\n')).toEqual([{ type: 'message', data: 'x', id: '' }]);
});
