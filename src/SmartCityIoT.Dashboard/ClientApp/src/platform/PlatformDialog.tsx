import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { api } from '../api/client';
import type { Balance, BalanceCounts, DeadLetter } from '../api/types';
import * as screen from '../live/screen';
import { explain } from '../live/session';
import { Icon } from '../shell/icons';

const minutesShown = 15;
const deadLettersShown = 12;
const refreshMs = 10_000;

/** What became of every message: today, minute by minute, and those that could not be decoded. */
export function PlatformDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = screen.isPlatformOpen.value;
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  const t = screen.t.value;
  return (
    <dialog
      ref={dialog}
      class="platform-dialog"
      aria-label={t.platformText.label}
      onClose={() => (screen.isPlatformOpen.value = false)}
    >
      {isOpen && (
        <>
          <header class="panel-header">
            <h2>{t.platformText.label}</h2>
            <button
              type="button"
              class="icon-button"
              aria-label={t.close}
              title={t.close}
              onClick={() => (screen.isPlatformOpen.value = false)}
            >
              <Icon name="close" />
            </button>
          </header>
          <Contents />
        </>
      )}
    </dialog>
  );
}

function Contents() {
  const t = screen.t.value.platformText;
  const balance = useSignal<Balance | null>(null);
  const letters = useSignal<DeadLetter[] | null>(null);
  const failure = useSignal<string | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const load = async () => {
      const now = screen.now.peek();
      try {
        const answers = await Promise.all([
          api.balance(now - minutesShown * 60_000, now, abort.signal),
          api.deadLetters(deadLettersShown, abort.signal),
        ]);
        [balance.value, letters.value] = answers;
        failure.value = null;
      } catch (error) {
        if (!abort.signal.aborted) failure.value = explain(error);
      }
    };
    void load();
    const timer = setInterval(() => void load(), refreshMs);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [balance, letters, failure]);

  return (
    <div class="platform-body">
      {failure.value !== null && (
        <p class="alert-error" role="alert">
          {t.failed} {failure.value}
        </p>
      )}
      <Journal />
      <Today />
      {balance.value && <Minutes balance={balance.value} />}
      {letters.value && <DeadLetters letters={letters.value} />}
    </div>
  );
}

function Journal() {
  const t = screen.t.value.platformText;
  const status = screen.status.value;
  const format = screen.format.value;
  if (!status) return null;
  return (
    <section aria-label={t.journalHead}>
      <h3>{t.journalHead}</h3>
      <dl class="facts facts-numbers">
        <Figure name={t.used} text={format.percent(status.journal.usedFraction)} />
        <Figure name={t.lagLive} text={format.number(status.journal.lagLive)} />
        <Figure name={t.lagStore} text={format.number(status.journal.lagStore)} />
        <Figure
          name={screen.t.value.status.store}
          text={status.store.up ? screen.t.value.status.storeUp : screen.t.value.status.storeDown}
        />
      </dl>
      {status.store.error && <p class="alert-error">{status.store.error}</p>}
    </section>
  );
}

const todayRows = ['received', 'decoded', 'duplicate', 'deadLettered', 'stored', 'waiting', 'refused', 'qos0'] as const;

function Today() {
  const t = screen.t.value.platformText;
  const today: Partial<BalanceCounts> = screen.status.value?.today ?? {};
  return (
    <section aria-label={t.today}>
      <h3>{t.today}</h3>
      <dl class="facts facts-numbers">
        {todayRows.map((name) => {
          const count = today[name];
          return count === undefined ? null : <Figure key={name} name={t[name]} text={screen.format.value.number(count)} />;
        })}
      </dl>
    </section>
  );
}

function Figure({ name, text }: { name: string; text: string }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  );
}

const minuteColumns = ['received', 'decoded', 'duplicate', 'deadLettered', 'stored', 'waiting', 'refused'] as const;

function Minutes({ balance }: { balance: Balance }) {
  const t = screen.t.value.platformText;
  const format = screen.format.value;
  return (
    <section aria-label={t.minutes}>
      <h3>
        {t.minutes}{' '}
        <span class={`tag ${balance.closes ? 'tag-ok' : 'tag-bad'}`}>{balance.closes ? t.closes : t.closesNot}</span>
      </h3>
      <div class="table-box" tabIndex={0} role="group" aria-label={t.minutes}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.minute}</th>
              {minuteColumns.map((name) => (
                <th scope="col" key={name}>
                  {t[name]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...balance.items]
              .sort((a, b) => b.minute - a.minute)
              .map((row) => (
                <tr key={row.minute}>
                  <th scope="row">{format.shortClock(row.minute)}</th>
                  {minuteColumns.map((name) => (
                    <td key={name}>{format.number(row[name])}</td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function DeadLetters({ letters }: { letters: readonly DeadLetter[] }) {
  const t = screen.t.value.platformText;
  return (
    <section aria-label={t.deadLetters}>
      <h3>{t.deadLetters}</h3>
      {letters.length === 0 && <p class="muted">{t.noDeadLetters}</p>}
      <ul class="dead-letters">
        {letters.map((letter) => (
          <li key={letter.id}>
            <time dateTime={new Date(letter.receivedAt).toISOString()}>
              {screen.format.value.moment(letter.receivedAt, screen.now.value)}
            </time>
            <strong>{letter.reason}</strong>
            <code>{letter.device ?? letter.topic}</code>
            {letter.detail && <span class="muted">{letter.detail}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
