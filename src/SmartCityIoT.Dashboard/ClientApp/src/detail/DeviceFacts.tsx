import type { ComponentChildren } from 'preact';
import type { Device, Placement } from '../api/types';
import * as screen from '../live/screen';

export function DeviceFacts({ device, placements }: { device: Device; placements: readonly Placement[] }) {
  const t = screen.t.value;
  const format = screen.format.value;
  return (
    <section class="detail-section" aria-label={t.detail.device}>
      <h3>{t.list.device}</h3>
      <dl class="facts">
        <Fact name={t.detail.id}>
          <code>{device.id}</code>
        </Fact>
        <Fact name={t.detail.model}>{device.model || t.notKnown}</Fact>
        <Fact name={t.detail.connection}>
          {device.connected === null ? t.notKnown : device.connected ? t.detail.online : t.detail.offline}
        </Fact>
        <Fact name={t.detail.lastSeen}>
          {device.lastSeen === null ? t.list.never : format.moment(device.lastSeen, screen.now.value)}
        </Fact>
        <Fact name={t.detail.interval}>{format.duration(device.interval * 1000)}</Fact>
        {device.site && (
          <>
            <Fact name={t.detail.site}>
              {device.site.name} {device.site.simulated && <span class="tag">{t.simulated}</span>}
            </Fact>
            <Fact name={t.detail.position}>
              {t.detail.coordinates(format.number(device.site.latitude, 5), format.number(device.site.longitude, 5))}
            </Fact>
          </>
        )}
        {placements.length > 0 && (
          <Fact name={t.detail.placements}>
            <ul class="placements">
              {placements.map((placement) => (
                <li key={placement.from}>{placementText(placement)}</li>
              ))}
            </ul>
          </Fact>
        )}
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function placementText(placement: Placement): string {
  const t = screen.t.value.detail;
  const format = screen.format.value;
  const period =
    placement.to === null
      ? t.since(format.day(placement.from))
      : t.until(format.day(placement.from), format.day(placement.to));
  return `${placement.site.name}, ${period}`;
}
