import type { DeviceState, Severity } from '../api/types';

/** Each state has a shape of its own, so that colour is never the only sign. */
export function StateIcon({ state }: { state: DeviceState }) {
  return (
    <svg class={`state-icon state-${state}`} viewBox="0 0 20 20" aria-hidden="true">
      {shapes[state]}
    </svg>
  );
}

const shapes: Record<DeviceState, preact.JSX.Element> = {
  inService: <circle cx="10" cy="10" r="6" fill="currentColor" />,
  silent: (
    <g fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round">
      <circle cx="10" cy="10" r="6.4" stroke-dasharray="3.6 3.1" />
      <path d="m5.4 14.6 9.2-9.2" />
    </g>
  ),
  faulty: (
    <g>
      <path d="M10 1.8 19 17.6H1z" fill="currentColor" />
      <path d="M10 7.2v5" stroke="var(--surface)" stroke-width="2" stroke-linecap="round" />
      <circle cx="10" cy="14.9" r="1.2" fill="var(--surface)" />
    </g>
  ),
  planned: <rect x="4.4" y="4.4" width="11.2" height="11.2" rx="1.5" fill="none" stroke="currentColor" stroke-width="2" />,
  retired: (
    <path d="m5 5 10 10M15 5 5 15" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" />
  ),
};

export function SeverityIcon({ severity }: { severity: Severity }) {
  return (
    <svg class={`severity-icon severity-${severity}`} viewBox="0 0 20 20" aria-hidden="true">
      {severity === 'critical' ? (
        <path d="M6 1h8l5 5v8l-5 5H6l-5-5V6z" fill="currentColor" />
      ) : severity === 'warning' ? (
        <path d="M10 1.4 19.4 18H.6z" fill="currentColor" />
      ) : (
        <circle cx="10" cy="10" r="9" fill="currentColor" />
      )}
      {severity === 'info' ? (
        <path d="M10 9v5.4M10 5.6v.2" stroke="var(--on-severity)" stroke-width="2.2" stroke-linecap="round" />
      ) : (
        <path
          d={severity === 'critical' ? 'M10 5v6M10 14.6v.2' : 'M10 7v5M10 15v.2'}
          stroke="var(--on-severity)"
          stroke-width="2.2"
          stroke-linecap="round"
        />
      )}
    </svg>
  );
}

const strokes = {
  search: 'M8.6 3.2a5.4 5.4 0 1 1 0 10.8 5.4 5.4 0 0 1 0-10.8ZM12.6 12.6l4.6 4.6',
  close: 'm5 5 10 10M15 5 5 15',
  plus: 'M10 4v12M4 10h12',
  minus: 'M4 10h12',
  fit: 'M3.5 7.5v-4h4M12.5 3.5h4v4M16.5 12.5v4h-4M7.5 16.5h-4v-4',
  list: 'M3.5 5h.01M7 5h9.5M3.5 10h.01M7 10h9.5M3.5 15h.01M7 15h9.5',
  map: 'm2.5 5.4 5-2 5 2 5-2v11.2l-5 2-5-2-5 2zM7.5 3.4v11.2M12.5 5.4v11.2',
  bell: 'M5 8.4a5 5 0 0 1 10 0c0 4 1.6 5.4 1.6 5.4H3.4S5 12.4 5 8.4M8.4 16.4a1.8 1.8 0 0 0 3.2 0',
  pin: 'M10 17.4s5.6-5 5.6-9.2a5.6 5.6 0 0 0-11.2 0c0 4.2 5.6 9.2 5.6 9.2ZM10 10.2a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z',
  back: 'M12 4 6 10l6 6',
  pulse: 'M2 10h3.4l2.2-5.4 4 11 2.4-5.6H18',
} as const;

export function Icon({ name }: { name: keyof typeof strokes }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path
        d={strokes[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.8"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
