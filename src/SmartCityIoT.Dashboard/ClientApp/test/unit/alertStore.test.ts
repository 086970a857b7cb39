import { expect, test } from 'vitest';
import {
  applyAlert, beginAcknowledge, emptyBook, failAcknowledge, isAcknowledged, loadActive, loadCleared, orderActive,
} from '../../src/live/alertStore';
import { alert } from './samples';

test('what nobody has taken comes first, then severity, then the newest', () => {
  const book = loadActive(emptyBook, [
    alert('old', { raisedAt: 1 }),
    alert('new', { raisedAt: 2 }),
    alert('critical', { severity: 'critical', raisedAt: 0 }),
    alert('taken', { severity: 'critical', state: 'acknowledged', raisedAt: 9 }),
  ]);
  expect(orderActive(book).map(({ id }) => id)).toEqual(['critical', 'new', 'old', 'taken']);
});

test('an acknowledgement shows at once and is settled by the answer', () => {
  let book = beginAcknowledge(loadActive(emptyBook, [alert('1')]), '1');
  expect(isAcknowledged(book, alert('1'))).toBe(true);
  book = applyAlert(book, alert('1', { state: 'acknowledged', acknowledgedBy: 'nga' }));
  expect(book.pending.size).toBe(0);
  expect(book.active.get('1')?.acknowledgedBy).toBe('nga');
});

test('a refused acknowledgement is taken back and says why', () => {
  const book = failAcknowledge(beginAcknowledge(loadActive(emptyBook, [alert('1')]), '1'), '1', 'the database is locked');
  expect(isAcknowledged(book, alert('1'))).toBe(false);
  expect(book.pending.get('1')).toEqual({ kind: 'failed', why: 'the database is locked' });
});

test('a list that arrives while an acknowledgement is on its way does not undo it', () => {
  const book = loadActive(beginAcknowledge(loadActive(emptyBook, [alert('1')]), '1'), [alert('1')]);
  expect(isAcknowledged(book, alert('1'))).toBe(true);
});

test('a cleared alert moves to the history, newest first and once', () => {
  let book = loadCleared(loadActive(emptyBook, [alert('1')]), [alert('0', { state: 'cleared', clearedAt: 5 })]);
  const cleared = alert('1', { state: 'cleared', clearedAt: 9 });
  book = applyAlert(applyAlert(book, cleared), cleared);
  expect(book.active.size).toBe(0);
  expect(book.cleared.map(({ id }) => id)).toEqual(['1', '0']);
  expect(failAcknowledge(book, '1', 'too late')).toBe(book);
});
