import { useMemo } from 'react';
import type { CallLogEntry } from '../../../preload/contract/models.ts';
import { bareTarget } from '../../i18n/phone-numbers.ts';
import { t } from '../../i18n/translate.ts';
import { useApp } from '../../state/use-app.ts';
import { CallRow } from '../history/CallRow.tsx';
import { TestNumbers } from './TestNumbers.tsx';

const SHOWN_ROWS = 40;

/** True when the call is with what is typed: part of the number in any spelling, or part of the name. */
export function matchesTyped(row: CallLogEntry, typed: string): boolean {
  const text = typed.trim().toLowerCase();
  if (text === '') return true;
  if ((row.remoteName ?? '').toLowerCase().includes(text) || row.remote.toLowerCase().includes(text)) return true;
  const digits = bareTarget(typed).replace(/\D/g, '').replace(/^0+/, '');
  return digits !== '' && row.remote.replace(/\D/g, '').includes(digits);
}

/** One line per other side, the latest first. */
function latestPerParty(rows: readonly CallLogEntry[]): readonly CallLogEntry[] {
  const seen = new Set<string>();
  return rows.filter((row) => !seen.has(row.remote) && seen.add(row.remote));
}

/** Earlier calls beside the dial field: all at first, then those that match what is typed. */
export function RecentCalls() {
  const rows = useApp((state) => state.history.rows);
  const text = useApp((state) => state.dial.text);
  const shown = useMemo(
    () => latestPerParty(rows.filter((row) => matchesTyped(row, text))).slice(0, SHOWN_ROWS),
    [rows, text],
  );
  const isEmpty = rows.length === 0;
  return (
    <section className="recent" aria-labelledby="recent-title">
      <h2 className="recent__title" id="recent-title">
        {text === '' ? t('dial.recent') : t('dial.matches')}
      </h2>
      {shown.length === 0 ? (
        <p className="recent__empty soft">{isEmpty ? t('dial.recent.empty') : t('dial.noMatches')}</p>
      ) : (
        <ul className="recent__list" data-rows>
          {shown.map((row) => (
            <CallRow key={row.id} row={row} use="prepare" />
          ))}
        </ul>
      )}
      {text === '' && <TestNumbers />}
    </section>
  );
}
