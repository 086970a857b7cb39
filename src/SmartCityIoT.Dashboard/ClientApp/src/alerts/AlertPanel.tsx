import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Alert } from '../api/types';
import * as screen from '../live/screen';
import { explain, loadAlerts, loadClearedAlerts } from '../live/session';
import { Empty, Failed } from '../shell/Notice';
import { AlertCard } from './AlertCard';

const cardsAtOnce = 60;

export function AlertPanel() {
  const t = screen.t.value;
  const shown = useSignal<'active' | 'cleared'>('active');
  const active = screen.activeAlerts.value;
  return (
    <section class="panel alert-panel" aria-label={t.alert.label} data-panel="alerts">
      <header class="panel-header">
        <h2>{t.alert.label}</h2>
        <div class="segments" role="group" aria-label={t.alert.label}>
          <button type="button" aria-pressed={shown.value === 'active'} onClick={() => (shown.value = 'active')}>
            {t.alert.active} <span class="count">{screen.format.value.number(active.length)}</span>
          </button>
          <button type="button" aria-pressed={shown.value === 'cleared'} onClick={() => (shown.value = 'cleared')}>
            {t.alert.history}
          </button>
        </div>
      </header>
      {shown.value === 'active' ? <ActiveAlerts alerts={active} /> : <ClearedAlerts />}
    </section>
  );
}

function ActiveAlerts({ alerts }: { alerts: readonly Alert[] }) {
  const t = screen.t.value;
  const load = screen.alertsLoad.value;
  if (load.kind === 'loading') return <p class="notice muted">{t.loading}</p>;
  if (load.kind === 'failed') return <Failed text={t.alert.failed} why={load.why} onRetry={() => void loadAlerts()} />;
  // "Every condition is being watched" may only be said while it is true.
  if (alerts.length === 0) return <Empty text={t.alert.noneActive} hint={screen.isStale.value ? '' : t.alert.noneActiveHint} />;
  return <Cards alerts={alerts} />;
}

function ClearedAlerts() {
  const t = screen.t.value;
  const failure = useSignal<string | null>(null);
  const isLoading = useSignal(true);
  const attempt = useSignal(0);
  useEffect(() => {
    isLoading.value = true;
    loadClearedAlerts()
      .then(() => {
        failure.value = null;
      })
      .catch((error: unknown) => {
        failure.value = explain(error);
      })
      .finally(() => {
        isLoading.value = false;
      });
  }, [attempt.value, failure, isLoading]);
  const cleared = screen.alertBook.value.cleared;
  if (cleared.length > 0) return <Cards alerts={cleared} />;
  if (isLoading.value) return <p class="notice muted">{t.loading}</p>;
  if (failure.value !== null) return <Failed text={t.alert.failed} why={failure.value} onRetry={() => attempt.value++} />;
  return <Empty text={t.alert.noneHistory} />;
}

function Cards({ alerts }: { alerts: readonly Alert[] }) {
  const limit = useSignal(cardsAtOnce);
  const hidden = alerts.length - limit.value;
  return (
    <div class="alert-scroll">
      <ul class="alert-list">
        {alerts.slice(0, limit.value).map((alert) => (
          <AlertCard key={alert.id} alert={alert} />
        ))}
      </ul>
      {hidden > 0 && (
        <button type="button" class="button more" onClick={() => (limit.value += cardsAtOnce)}>
          {screen.t.value.alert.more} ({screen.format.value.number(hidden)})
        </button>
      )}
    </div>
  );
}
