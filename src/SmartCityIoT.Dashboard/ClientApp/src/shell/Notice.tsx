import type { ComponentChildren } from 'preact';
import * as screen from '../live/screen';

interface EmptyProperties {
  text: string;
  hint?: string;
  children?: ComponentChildren;
}

/** What a panel shows when there is nothing to show. */
export function Empty({ text, hint, children }: EmptyProperties) {
  return (
    <div class="notice">
      <p class="notice-text">{text}</p>
      {hint && <p class="notice-hint">{hint}</p>}
      {children}
    </div>
  );
}

/** What a panel shows when its data did not come. */
export function Failed({ text, why, onRetry }: { text: string; why?: string; onRetry: () => void }) {
  return (
    <div class="notice" role="alert">
      <p class="notice-text">{text}</p>
      {why && <p class="notice-hint">{why}</p>}
      <button type="button" class="button" onClick={onRetry}>
        {screen.t.value.retry}
      </button>
    </div>
  );
}
