import { signal } from '@preact/signals';

function mediaSignal(query: string) {
  const media = matchMedia(query);
  const matches = signal(media.matches);
  media.addEventListener('change', () => {
    matches.value = media.matches;
  });
  return matches;
}

/** One panel at a time, chosen by the bar at the bottom. The same width stands in `layout.css`. */
export const isPhone = mediaSignal('(max-width: 820px)');
export const isDark = mediaSignal('(prefers-color-scheme: dark)');
export const prefersStillness = mediaSignal('(prefers-reduced-motion: reduce)');
