import type { ChannelReading, Device, Field } from '../api/types';
import { namesOf } from '../chart/series';
import * as screen from '../live/screen';
import { isOutOfRange } from '../list/headline';
import { unitText } from '../text/format';

/** The newest sample of each channel. A value can be chosen for the chart. */
export function DeviceValues({ device }: { device: Device }) {
  const t = screen.t.value;
  const channels = [...device.channels].sort((a, b) => a.channel - b.channel);
  return (
    <section class="detail-section" aria-label={t.detail.values}>
      <h3>{t.detail.values}</h3>
      {channels.length === 0 && <p class="muted">{t.detail.noValues}</p>}
      {channels.map((reading) => (
        <Channel key={reading.channel} device={device} reading={reading} isOnly={channels.length === 1} />
      ))}
    </section>
  );
}

function Channel({ device, reading, isOnly }: { device: Device; reading: ChannelReading; isOnly: boolean }) {
  const t = screen.t.value;
  const fields = screen.sectors.value.get(device.sector)?.fields ?? [];
  const present = fields.filter((field) => field.role !== 'channel' && reading.values[field.name] !== undefined);
  const marks = [...namesOf(reading.quality, t.detail.qualityBits), ...namesOf(reading.flags, t.detail.flagBits)];
  return (
    <div class="channel">
      <p class="channel-head">
        {!isOnly && <strong>{reading.channel === 0 ? t.detail.device : t.detail.channel(reading.channel)}</strong>}
        <time dateTime={new Date(reading.time).toISOString()}>
          {screen.format.value.moment(reading.time, screen.now.value)}
        </time>
        {[...new Set(marks)].map((mark) => (
          <span class="tag tag-warn" key={mark}>
            {mark}
          </span>
        ))}
      </p>
      <ul class="values">
        {present.map((field) =>
          field.role === 'bits' ? (
            <BitsValue key={field.name} field={field} value={reading.values[field.name] ?? 0} />
          ) : (
            <NumberValue key={field.name} field={field} channel={reading.channel} value={reading.values[field.name] ?? 0} />
          ),
        )}
      </ul>
    </div>
  );
}

function NumberValue({ field, channel, value }: { field: Field; channel: number; value: number }) {
  const chosen = screen.chartChoice.value;
  const isChosen = chosen?.field === field.name && chosen.channel === channel;
  const isOut = isOutOfRange(field, value);
  return (
    <li>
      <button
        type="button"
        class={`value${isOut ? ' is-out' : ''}`}
        aria-pressed={isChosen}
        onClick={() => {
          screen.chartChoice.value = { field: field.name, channel };
        }}
      >
        <span class="value-label">{field.label[screen.language.value]}</span>
        <span class="value-number">
          {screen.format.value.number(value, field.digits)} <span class="unit">{unitText(field.unit)}</span>
        </span>
        {isOut && <span class="value-note">{screen.t.value.detail.outOfRange}</span>}
      </button>
    </li>
  );
}

function BitsValue({ field, value }: { field: Field; value: number }) {
  const set = field.bits.filter(({ bit }) => Math.floor(value / 2 ** bit) % 2 === 1);
  return (
    <li class="value value-bits">
      <span class="value-label">{field.label[screen.language.value]}</span>
      <span class="value-bits-list">
        {set.length === 0 && <span>{screen.t.value.detail.noBits}</span>}
        {set.map((bit) => (
          <span class="tag" key={bit.bit}>
            {bit.label[screen.language.value]}
          </span>
        ))}
      </span>
    </li>
  );
}
