import * as screen from '../live/screen';
import { retryConnection } from '../live/session';

/** Quiet on the screen must mean quiet in the city: where the stream is cut, the page says so across its width. */
export function CutBanner() {
  const state = screen.connection.value;
  if (state.kind !== 'cut') return null;
  const t = screen.t.value.stream;
  const format = screen.format.value;
  const offset = screen.serverClockOffset.value;
  return (
    <section class="cut-banner" aria-label={t.cut}>
      <p role="alert">
        {state.since === null ? t.cutFromStart : t.cutSince(format.moment(state.since + offset, screen.now.value))}
        {state.reason.status > 0 && ` ${t.answered(state.reason.status)}`}
      </p>
      {/* Outside the alert: a count-down in it would be read out every second. */}
      <p class="cut-wait">{state.retryAt === null ? t.retrying : <CountDown to={state.retryAt + offset} />}</p>
      <button type="button" class="button" onClick={retryConnection}>
        {t.retryNow}
      </button>
    </section>
  );
}

function CountDown({ to }: { to: number }) {
  const seconds = Math.max(0, Math.ceil((to - screen.now.value) / 1000));
  return <>{screen.t.value.stream.retryIn(screen.format.value.number(seconds))}</>;
}
