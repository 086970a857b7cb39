import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api } from '../api/client';
import type { Alert, AlertStep } from '../api/types';
import * as screen from '../live/screen';
import { explain } from '../live/session';

/** What happened to an alert, and who did it, oldest first. `state` asks again when the alert has moved on. */
export function AlertCourse({ id, state }: { id: Alert['id']; state: Alert['state'] }) {
  const steps = useSignal<AlertStep[] | null>(null);
  const failure = useSignal<string | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    api
      .alertHistory(id, abort.signal)
      .then((answer) => {
        steps.value = answer.sort((a, b) => a.at - b.at);
      })
      .catch((error: unknown) => {
        if (!abort.signal.aborted) failure.value = explain(error);
      });
    return () => abort.abort();
  }, [id, state, steps, failure]);

  const t = screen.t.value;
  if (failure.value !== null && steps.value === null) return <p class="alert-error">{failure.value}</p>;
  if (steps.value === null) return <p class="muted">{t.loading}</p>;
  return (
    <ol class="course">
      {steps.value.map((step) => (
        <li key={`${step.at}/${step.state}`}>
          <time dateTime={new Date(step.at).toISOString()}>
            {screen.format.value.moment(step.at, screen.now.value)}
          </time>{' '}
          {t.alert.steps[step.state]}
          {` · ${step.actor === 'platform' ? t.alert.platform : step.actor}`}
          {step.note && <q>{step.note}</q>}
        </li>
      ))}
    </ol>
  );
}
