/** The map's colours, read from the same CSS variables as the rest of the page. */
export interface MapPalette {
  background: string;
  grid: string;
  areaFill: string;
  areaLine: string;
  text: string;
  halo: string;
  onMark: string;
  ok: string;
  alerted: string;
  silent: string;
  faulty: string;
  planned: string;
  retired: string;
  selected: string;
}

export function readPalette(): MapPalette {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    background: colour('map-ground'),
    grid: colour('map-grid'),
    areaFill: colour('map-area'),
    areaLine: colour('map-area-line'),
    text: colour('text'),
    halo: colour('map-ground'),
    onMark: colour('on-mark'),
    ok: colour('ok'),
    alerted: colour('alerted'),
    silent: colour('silent'),
    faulty: colour('faulty'),
    planned: colour('planned'),
    retired: colour('retired'),
    selected: colour('accent'),
  };
}
