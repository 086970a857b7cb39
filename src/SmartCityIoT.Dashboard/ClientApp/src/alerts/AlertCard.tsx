import { useSignal } from '@preact/signals';
import type { Alert } from '../api/types';
import { isAcknowledged } from '../live/alertStore';
import * as screen from '../live/screen';
import { acknowledge } from '../live/session';
import { SeverityIcon } from '../shell/icons';
import { unitText } from '../text/format';
import { AlertCourse } from './AlertCourse';

/** One alert. In the panel of its own device it does not name the device again. */
export function AlertCard({ alert, isInDetail = false }: { alert: Alert; isInDetail?: boolean }) {
  const t = screen.t.value;
  const format = screen.format.value;
  const book = screen.alertBook.value;
  const note = useSignal('');
  const isOpen = useSignal(false);
  const pending = book.pending.get(alert.id);
  const isTaken = isAcknowledged(book, alert);
  const device = alert.device;
  const rule = alert.ruleLabel[screen.language.value];
  return (
    <li
      class={`alert-card severity-edge-${alert.severity}${isTaken || alert.state === 'cleared' ? ' is-taken' : ''}`}
      data-alert={alert.id}
    >
      <div class="alert-head">
        <SeverityIcon severity={alert.severity} />
        <p class="alert-rule">
          <span class={`severity-name severity-${alert.severity}`}>{t.severity[alert.severity]}</span>
          {rule}
        </p>
        <p class="alert-when">
          <time dateTime={new Date(alert.raisedAt).toISOString()} title={t.alert.raised}>
            {format.moment(alert.raisedAt, screen.now.value)}
          </time>
          <span class="muted">{format.ago(alert.raisedAt, screen.now.value)}</span>
        </p>
        <div class="alert-what">
          {!isInDetail && <AlertDevice alert={alert} />}
          <Comparison alert={alert} />
        </div>
      </div>
      {alert.clearedAt !== null && (
        <p class="alert-note">
          {t.alert.cleared}: {format.moment(alert.clearedAt, screen.now.value)}
        </p>
      )}
      {pending?.kind === 'failed' && (
        <p class="alert-error" role="alert">
          {t.alert.acknowledgeFailed(pending.why)}
        </p>
      )}
      <div class="alert-foot">
        {alert.state !== 'cleared' && !isTaken && (
          <button
            type="button"
            class="button button-strong"
            aria-label={`${t.alert.acknowledge}: ${rule}, ${alert.deviceName || (device ?? t.alert.platform)}`}
            onClick={() => void acknowledge(alert.id, note.value.trim())}
          >
            {t.alert.acknowledge}
          </button>
        )}
        {isTaken && <TakenBy alert={alert} isSending={pending?.kind === 'sending'} />}
        <details class="alert-more" onToggle={(event) => (isOpen.value = event.currentTarget.open)}>
          <summary>{t.alert.course}</summary>
          {isOpen.value && (
            <>
              {alert.detail && <p class="alert-note">{alert.detail}</p>}
              <AlertCourse id={alert.id} state={alert.state} />
              {alert.state === 'raised' && !isTaken && (
                <label class="note-field">
                  <span>{t.alert.note}</span>
                  <input
                    type="text"
                    maxLength={200}
                    value={note.value}
                    placeholder={t.alert.noteHint}
                    onInput={(event) => (note.value = event.currentTarget.value)}
                  />
                </label>
              )}
            </>
          )}
        </details>
      </div>
    </li>
  );
}

function AlertDevice({ alert }: { alert: Alert }) {
  // Whether a site is simulated is known with the list of devices, which may come after the alerts.
  void screen.devicesLoad.value;
  const t = screen.t.value;
  if (alert.device === null) return <p class="alert-device">{alert.deviceName || t.alert.platform}</p>;
  const id = alert.device;
  return (
    <p class="alert-device">
      <button type="button" class="link-button" onClick={() => (screen.selectedDevice.value = id)}>
        {alert.deviceName || id}
      </button>
      {alert.area !== '' && <span class="muted"> · {screen.areaName(alert.area)}</span>}
      {screen.deviceOf(id)?.site?.simulated && <span class="muted"> · {t.simulated}</span>}
    </p>
  );
}

/** "Áp lực 34,2 kPa, ngưỡng 100 kPa"; nothing for a rule that compares no value. */
function Comparison({ alert }: { alert: Alert }) {
  if (alert.value === null) return null;
  const t = screen.t.value;
  const format = screen.format.value;
  const field = screen.fieldOf(alert.sector, alert.field);
  const unit = unitText(alert.unit ?? field?.unit);
  const text = (value: number) => `${format.number(value, field?.digits ?? decimalsOf(value))}${unit === '' ? '' : `\u00a0${unit}`}`;
  return (
    <p class="alert-values">
      {field?.label[screen.language.value] ?? t.alert.value} <strong>{text(alert.value)}</strong>
      {alert.threshold !== null && (
        <span class="muted">
          {' '}
          · {t.alert.threshold.toLowerCase()} {text(alert.threshold)}
        </span>
      )}
    </p>
  );
}

function TakenBy({ alert, isSending }: { alert: Alert; isSending: boolean }) {
  const t = screen.t.value.alert;
  if (isSending) return <p class="alert-taken">{t.acknowledging}</p>;
  const text =
    alert.acknowledgedBy !== null && alert.acknowledgedAt !== null
      ? t.acknowledgedBy(alert.acknowledgedBy, screen.format.value.moment(alert.acknowledgedAt, screen.now.value))
      : t.acknowledged;
  return <p class="alert-taken">✓ {text}</p>;
}

/** Decimals of a value whose field no pack describes: as many as it has, to three. */
function decimalsOf(value: number): number {
  const [, decimals = ''] = String(value).split('.');
  return Math.min(3, decimals.length);
}
