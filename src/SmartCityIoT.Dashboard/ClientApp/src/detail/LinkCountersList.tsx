import type { LinkCounters } from '../api/types';
import * as screen from '../live/screen';

/** Over a minute the clock's skew is worth a look. */
const skewShownMs = 60_000;

export function LinkCountersList({ link }: { link: LinkCounters }) {
  const t = screen.t.value.detail;
  const format = screen.format.value;
  const skew =
    link.skewMs === null
      ? screen.t.value.notKnown
      : `${link.skewMs > 0 ? '+' : ''}${format.number(link.skewMs / 1000, 1)} s`;
  const counters: readonly (readonly [name: string, text: string, isOdd: boolean])[] = [
    [t.frames, format.number(link.frames), false],
    [t.duplicates, format.number(link.duplicates), false],
    [t.gaps, format.number(link.gaps), link.gaps > 0],
    [t.reordered, format.number(link.reordered), false],
    [t.deadLetters, format.number(link.deadLetters), link.deadLetters > 0],
    [t.skew, skew, Math.abs(link.skewMs ?? 0) > skewShownMs],
    [t.boot, link.boot === null ? screen.t.value.notKnown : format.number(link.boot), false],
    [t.firmware, link.firmware ?? screen.t.value.notKnown, false],
  ];
  return (
    <section class="detail-section" aria-label={t.link}>
      <h3>{t.link}</h3>
      <dl class="facts facts-numbers">
        {counters.map(([name, text, isOdd]) => (
          <div class={`fact${isOdd ? ' is-odd' : ''}`} key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
