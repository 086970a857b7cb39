import { AlertPanel } from '../alerts/AlertPanel';
import { DeviceDetailPanel } from '../detail/DeviceDetail';
import { DeviceList } from '../list/DeviceList';
import { FilterBar } from '../list/FilterBar';
import * as screen from '../live/screen';
import { MapPanel } from '../map/MapPanel';
import { PlatformDialog } from '../platform/PlatformDialog';
import { CutBanner } from './CutBanner';
import { Icon } from './icons';
import { TopBar } from './TopBar';

export function App() {
  const t = screen.t.value;
  const hasDetail = screen.selectedDevice.value !== null;
  return (
    <div
      class={`page${screen.isStale.value ? ' is-stale' : ''}`}
      data-view={screen.view.value}
      data-detail={hasDetail ? 'open' : 'none'}
    >
      <a class="skip-link" href="#devices">
        {t.skipToList}
      </a>
      <TopBar />
      <CutBanner />
      <main class="panels">
        <section class="panel list-panel" id="devices" aria-label={t.devices} data-panel="list" tabIndex={-1}>
          <FilterBar />
          <DeviceList />
        </section>
        <div class="middle">
          <MapPanel />
          <DeviceDetailPanel />
        </div>
        <AlertPanel />
      </main>
      <ViewBar />
      <PlatformDialog />
      <p class="hidden" role="status">
        {screen.announcement.value}
      </p>
    </div>
  );
}

const views = [
  ['list', 'list', 'devices'],
  ['map', 'map', 'map'],
  ['alerts', 'bell', 'alerts'],
] as const;

/** The choice of panels on a phone; a wide screen shows them all. */
function ViewBar() {
  const t = screen.t.value;
  const open = screen.activeAlerts.value.length;
  return (
    <nav class="view-bar" aria-label={t.views}>
      {views.map(([view, icon, text]) => (
        <button
          type="button"
          key={view}
          aria-current={screen.view.value === view ? 'page' : undefined}
          onClick={() => {
            screen.view.value = view;
            if (view !== 'map') screen.selectedDevice.value = null;
          }}
        >
          <Icon name={icon} />
          {t[text]}
          {view === 'alerts' && open > 0 && <span class="badge">{screen.format.value.number(open)}</span>}
        </button>
      ))}
    </nav>
  );
}
