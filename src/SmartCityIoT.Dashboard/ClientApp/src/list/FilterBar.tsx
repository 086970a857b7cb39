import type { DeviceState } from '../api/types';
import { isFiltered, type SortOrder } from '../live/filters';
import * as screen from '../live/screen';
import { Icon } from '../shell/icons';

const states: readonly DeviceState[] = ['faulty', 'silent', 'inService', 'planned', 'retired'];

export function FilterBar() {
  const t = screen.t.value;
  const filters = screen.filters.value;
  return (
    <search class="filter-bar" aria-label={t.filter.label}>
      <label class="search-box">
        <span class="hidden">{t.filter.search}</span>
        <Icon name="search" />
        <input
          type="search"
          value={filters.query}
          placeholder={t.filter.searchHint}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => screen.setFilter('query', event.currentTarget.value)}
        />
      </label>
      <div class="filter-choices">
        <Choice
          label={t.filter.sector}
          value={filters.sector}
          options={[...screen.sectors.value.values()].map((sector) => [sector.name, screen.sectorLabel(sector.name)])}
          onChoose={(value) => screen.setFilter('sector', value)}
        />
        <Choice
          label={t.filter.area}
          value={filters.area}
          options={[...screen.areas.value.values()]
            .filter((area) => area.devices > 0 || area.code === filters.area)
            .map((area): [string, string] => [area.code, area.name])
            .sort((a, b) => a[1].localeCompare(b[1], screen.language.value))}
          onChoose={(value) => screen.setFilter('area', value)}
        />
        <Choice
          label={t.filter.state}
          value={filters.state}
          options={states.map((state) => [state, t.state[state]])}
          onChoose={(value) => screen.setFilter('state', value as DeviceState | '')}
        />
        <Choice
          label={t.filter.sort}
          value={filters.sort}
          options={[
            ['worst', t.filter.sortWorst],
            ['name', t.filter.sortName],
            ['recent', t.filter.sortRecent],
          ]}
          isRequired
          onChoose={(value) => screen.setFilter('sort', value as SortOrder)}
        />
      </div>
      <Count isFiltered={isFiltered(filters)} />
    </search>
  );
}

interface ChoiceProperties {
  label: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  /** There is no "all" to choose. */
  isRequired?: boolean;
  onChoose: (value: string) => void;
}

function Choice({ label, value, options, isRequired, onChoose }: ChoiceProperties) {
  const isSet = !isRequired && value !== '';
  return (
    <label class={`choice${isSet ? ' is-set' : ''}`}>
      <span class="choice-label">{label}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {!isRequired && <option value="">{screen.t.value.filter.all}</option>}
        {options.map(([option, text]) => (
          <option key={option} value={option} selected={option === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function Count({ isFiltered }: { isFiltered: boolean }) {
  const t = screen.t.value;
  const format = screen.format.value;
  const shown = screen.shownRows.value.length;
  return (
    <p class="filter-count">
      <span role="status">{t.filter.shown(format.number(shown), format.number(screen.devices.rows.size))}</span>
      {isFiltered && (
        <button type="button" class="link-button" onClick={screen.clearFilters}>
          {t.filter.clear}
        </button>
      )}
    </p>
  );
}
