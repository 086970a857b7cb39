import { effect, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { DeviceState } from '../api/types';
import * as screen from '../live/screen';
import { isDark, isPhone, prefersStillness } from '../shell/media';
import { Icon, StateIcon } from '../shell/icons';
import { Empty } from '../shell/Notice';
import type { DistrictMap } from './districtMap';

type Loading = 'loading' | 'ready' | 'failed' | 'noWebGl';

/** The map's own code, ten times the rest of the page, is fetched when the panel is first seen. */
export function MapPanel() {
  const t = screen.t.value;
  const box = useRef<HTMLDivElement>(null);
  const map = useSignal<DistrictMap | null>(null);
  const loading = useSignal<Loading>('loading');
  const isWanted = !isPhone.value || screen.view.value === 'map';

  useEffect(() => {
    if (!isWanted || !box.current || map.peek()) return;
    let isGone = false;
    const container = box.current;
    if (!document.createElement('canvas').getContext('webgl2')) {
      loading.value = 'noWebGl';
      return;
    }
    void (async () => {
      try {
        const { DistrictMap } = await import('./districtMap');
        const opened = await DistrictMap.open({
          container,
          label: screen.t.peek().mapText.keys,
          isDark: isDark.peek(),
          onSelect: (id) => {
            screen.selectedDevice.value = id;
          },
          isStill: () => prefersStillness.peek(),
        });
        if (isGone) return opened.close();
        map.value = opened;
        loading.value = 'ready';
      } catch {
        loading.value = 'failed';
      }
    })();
    return () => {
      isGone = true;
    };
  }, [isWanted, map, loading]);

  useEffect(() => () => map.peek()?.close(), [map]);
  useEffect(() => followScreen(() => map.value), [map]);

  return (
    <section class="panel map-panel" aria-label={t.mapText.label} data-panel="map">
      <div class="map-frame">
        <div class="map-box" ref={box} />
      </div>
      {loading.value === 'loading' && <p class="map-note">{t.mapText.loading}</p>}
      {loading.value === 'failed' && <Empty text={t.mapText.failed} />}
      {loading.value === 'noWebGl' && <Empty text={t.mapText.noWebGl} />}
      {loading.value === 'ready' && (
        <>
          <div class="map-buttons">
            <MapButton icon="plus" label={t.mapText.zoomIn} onClick={() => map.value?.zoomBy(1)} />
            <MapButton icon="minus" label={t.mapText.zoomOut} onClick={() => map.value?.zoomBy(-1)} />
            <MapButton icon="fit" label={t.mapText.fit} onClick={() => map.value?.fit()} />
          </div>
          {screen.hasSimulatedSites.value && <p class="map-simulated tag">{t.mapText.simulated}</p>}
          <Legend />
        </>
      )}
    </section>
  );
}

/** Carries signals to the map. One effect for each thing, so that a reading does not redraw the areas. */
function followScreen(current: () => DistrictMap | null): () => void {
  const stops = [
    effect(() => {
      if (screen.region.value) current()?.setRegion(screen.region.value);
    }),
    effect(() => current()?.setDevices(screen.shownRows.value)),
    effect(() => {
      // The hulls depend on where the sites are, which only a new list changes.
      void screen.devicesLoad.value;
      current()?.setAreas([...screen.devices.rows.values()], screen.areas.value);
    }),
    effect(() => {
      void screen.devicesLoad.value;
      const id = screen.selectedDevice.value;
      current()?.select(id === null ? null : (screen.devices.rows.get(id) ?? null));
    }),
    effect(() => current()?.setTheme(isDark.value)),
    effect(() => current()?.setLabel(screen.t.value.mapText.keys)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function MapButton({ icon, label, onClick }: { icon: 'plus' | 'minus' | 'fit'; label: string; onClick: () => void }) {
  return (
    <button type="button" class="map-button" aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

const legendStates: readonly DeviceState[] = ['faulty', 'silent', 'inService', 'planned'];

function Legend() {
  const t = screen.t.value;
  return (
    <details class="map-legend">
      <summary>{t.mapText.legend}</summary>
      <ul>
        {legendStates.map((state) => (
          <li key={state}>
            <StateIcon state={state} /> {t.state[state]}
          </li>
        ))}
      </ul>
      <p>{t.mapText.hulls}</p>
    </details>
  );
}
