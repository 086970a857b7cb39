import * as screen from '../live/screen';
import { type Language } from '../text/language';
import { Icon } from './icons';

export function TopBar() {
  const t = screen.t.value;
  const name = screen.region.value?.name[screen.language.value];
  return (
    <header class="top-bar">
      <div class="brand">
        <img src="/icon.svg" alt="" width="28" height="28" />
        <h1>
          {name ?? t.product}
          {name && <span class="brand-product"> {t.product}</span>}
        </h1>
      </div>
      <StatusLine />
      <LanguageSwitch />
    </header>
  );
}

/** The platform's own state. Every part says in words what its colour says. */
function StatusLine() {
  const t = screen.t.value;
  const format = screen.format.value;
  const status = screen.status.value;
  const journalIsFull = (status?.journal.usedFraction ?? 0) >= 0.8;
  return (
    <section class={`status-line${screen.isStale.value ? ' is-stale' : ''}`} aria-label={t.status.label}>
      <ConnectionChip />
      {status && (
        <>
          <Chip text={t.status.messagesPerSecond} figure={format.number(status.messagesPerSecond)} name="rate" />
          <Chip
            text={t.status.connected}
            figure={`${format.number(status.connected)}/${format.number(status.devices)}`}
            name="connected"
          />
          <Chip
            text={t.status.journal}
            figure={t.status.journalUsed(format.percent(status.journal.usedFraction))}
            mood={journalIsFull ? 'bad' : 'plain'}
            name="journal"
            isTextFirst
          />
          <Chip
            text={t.status.store}
            figure={status.store.up ? t.status.storeUp : t.status.storeDown}
            mood={status.store.up ? 'ok' : 'bad'}
            name="store"
            isTextFirst
          />
        </>
      )}
      <button
        type="button"
        class="icon-button on-bar"
        aria-label={t.status.details}
        title={t.status.details}
        onClick={() => (screen.isPlatformOpen.value = true)}
      >
        <Icon name="pulse" />
      </button>
    </section>
  );
}

function ConnectionChip() {
  const t = screen.t.value.stream;
  const { kind } = screen.connection.value;
  const mood = kind === 'open' ? 'ok' : kind === 'cut' ? 'bad' : 'plain';
  return (
    <span class={`chip chip-${mood} chip-connection`} data-connection={kind}>
      <span class="chip-dot" />
      {t[kind]}
    </span>
  );
}

interface ChipProperties {
  text: string;
  figure: string;
  name: string;
  mood?: 'ok' | 'bad' | 'plain';
  isTextFirst?: boolean;
}

function Chip({ text, figure, name, mood = 'plain', isTextFirst = false }: ChipProperties) {
  const label = <span class="chip-text">{text}</span>;
  return (
    <span class={`chip chip-${mood} chip-${name}`}>
      {mood !== 'plain' && <span class="chip-dot" />}
      {isTextFirst && label}
      <strong>{figure}</strong>
      {!isTextFirst && label}
    </span>
  );
}

const languages: readonly (readonly [language: Language, short: string, name: string])[] = [
  ['vi', 'VI', 'Tiếng Việt'],
  ['en', 'EN', 'English'],
];

function LanguageSwitch() {
  return (
    <div class="segments language-switch" role="group" aria-label={screen.t.value.language}>
      {languages.map(([language, short, name]) => (
        <button
          type="button"
          key={language}
          lang={language}
          aria-label={`${short}, ${name}`}
          title={name}
          aria-pressed={screen.language.value === language}
          onClick={() => screen.setLanguage(language)}
        >
          {short}
        </button>
      ))}
    </div>
  );
}
