import type { Alert, Severity } from '../api/types';

export type AlertId = Alert['id'];

/** An acknowledgement that was sent from this screen and not answered yet, or refused. */
export type PendingAcknowledgement = { kind: 'sending' } | { kind: 'failed'; why: string };

export interface AlertBook {
  readonly active: ReadonlyMap<AlertId, Alert>;
  /** Newest first. */
  readonly cleared: readonly Alert[];
  readonly pending: ReadonlyMap<AlertId, PendingAcknowledgement>;
}

export const emptyBook: AlertBook = { active: new Map(), cleared: [], pending: new Map() };

const severityRank: Record<Severity, number> = { info: 0, warning: 1, critical: 2 };
const longestHistory = 500;

/** Takes over the list of active alerts. What was sent from here and is not answered yet stays pending. */
export function loadActive(book: AlertBook, alerts: readonly Alert[]): AlertBook {
  const active = new Map(alerts.filter((alert) => alert.state !== 'cleared').map((alert) => [alert.id, alert]));
  const pending = new Map([...book.pending].filter(([id]) => active.get(id)?.state === 'raised'));
  return { ...book, active, pending };
}

export function loadCleared(book: AlertBook, alerts: readonly Alert[]): AlertBook {
  const known = new Set(alerts.map((alert) => alert.id));
  const kept = book.cleared.filter((alert) => !known.has(alert.id));
  return { ...book, cleared: newestFirst([...alerts, ...kept]) };
}

/** One alert as the server says it is: from the stream, or as the answer to an acknowledgement. */
export function applyAlert(book: AlertBook, alert: Alert): AlertBook {
  const active = new Map(book.active);
  const pending = new Map(book.pending);
  if (alert.state !== 'raised') pending.delete(alert.id);
  if (alert.state !== 'cleared') {
    active.set(alert.id, alert);
    return { ...book, active, pending };
  }
  active.delete(alert.id);
  return { active, pending, cleared: newestFirst([alert, ...book.cleared.filter((other) => other.id !== alert.id)]) };
}

export function beginAcknowledge(book: AlertBook, id: AlertId): AlertBook {
  return { ...book, pending: new Map(book.pending).set(id, { kind: 'sending' }) };
}

export function failAcknowledge(book: AlertBook, id: AlertId, why: string): AlertBook {
  if (!book.active.has(id)) return book;
  return { ...book, pending: new Map(book.pending).set(id, { kind: 'failed', why }) };
}

/** An alert that waits for the server's answer to an acknowledgement already counts as acknowledged. */
export function isAcknowledged(book: AlertBook, alert: Alert): boolean {
  return alert.state === 'acknowledged' || book.pending.get(alert.id)?.kind === 'sending';
}

/** What nobody has taken first, then by severity, then the newest. */
export function orderActive(book: AlertBook): Alert[] {
  return [...book.active.values()].sort(
    (a, b) =>
      Number(isAcknowledged(book, a)) - Number(isAcknowledged(book, b)) ||
      severityRank[b.severity] - severityRank[a.severity] ||
      b.raisedAt - a.raisedAt,
  );
}

function newestFirst(alerts: Alert[]): Alert[] {
  return alerts.sort((a, b) => (b.clearedAt ?? 0) - (a.clearedAt ?? 0)).slice(0, longestHistory);
}
