import { presentMs } from '../../ui/present.ts';
import { History as HistoryIcon } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { Input } from 'react-aria-components/Input';
import type { CallLogEntry } from '../../../preload/contract/models.ts';
import { dayHeading } from '../../i18n/time-format.ts';
import { t } from '../../i18n/translate.ts';
import { unseenMissedCount } from '../../state/selectors.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/MessageState.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { matchesTyped } from '../dialer/RecentCalls.tsx';
import { ErrorPane } from '../shared/ErrorPane.tsx';
import { ListEnd } from '../shared/ListEnd.tsx';
import { CallRow } from './CallRow.tsx';

interface Day {
  readonly heading: string;
  readonly rows: readonly CallLogEntry[];
}

/** Rows under the heading of their day, in order. */
function byDay(rows: readonly CallLogEntry[], nowMs: number): readonly Day[] {
  const days = new Map<string, CallLogEntry[]>();
  for (const row of rows) {
    const heading = dayHeading(row.startedAt, nowMs);
    const day = days.get(heading);
    if (day) day.push(row);
    else days.set(heading, [row]);
  }
  return [...days].map(([heading, dayRows]) => ({ heading, rows: dayRows }));
}

function Days({ rows }: { readonly rows: readonly CallLogEntry[] }) {
  const days = useMemo(() => byDay(rows, presentMs()), [rows]);
  return (
    <div className="history" data-rows>
      {days.map((day) => (
        <section key={day.heading} aria-label={day.heading}>
          <h2 className="history__day">{day.heading}</h2>
          <ul>
            {day.rows.map((row) => (
              <CallRow key={row.id} row={row} use="detail" />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function HistoryBody({ search, onClear }: { readonly search: string; readonly onClear: () => void }) {
  const history = useApp((state) => state.history);
  const { readMoreCalls, show } = useActions();
  const more = useCallback(() => void readMoreCalls(), [readMoreCalls]);
  const found = useMemo(() => history.rows.filter((row) => matchesTyped(row, search)), [history.rows, search]);
  if (history.rows.length === 0) {
    if (history.phase.kind === 'failed') {
      return <ErrorPane error={history.phase.error} onRetry={() => void readMoreCalls()} />;
    }
    if (history.phase.kind !== 'ready') return <SkeletonRows count={8} label={t('history.loading')} />;
    return (
      <EmptyState
        icon={HistoryIcon}
        title={t('history.empty')}
        action={<Button onPress={() => show('phone')}>{t('history.empty.action')}</Button>}
      >
        <p>{t('history.empty.text')}</p>
      </EmptyState>
    );
  }
  if (found.length === 0) {
    return (
      <EmptyState
        icon={HistoryIcon}
        title={t('history.noMatch')}
        action={<Button onPress={onClear}>{t('history.clearSearch')}</Button>}
      >
        <p>{t('history.noMatch.text', { count: history.rows.length })}</p>
      </EmptyState>
    );
  }
  return (
    <>
      <Days rows={found} />
      <ListEnd
        phase={history.phase}
        hasMore={history.phase.kind === 'unread' || history.next !== null}
        loadingText={t('history.loadingMore')}
        endText={t('history.end')}
        onMore={more}
      />
    </>
  );
}

/** Every call of this computer, newest first. */
export function HistoryPane() {
  const [search, setSearch] = useState('');
  const unseen = useApp(unseenMissedCount);
  const isUnread = useApp((state) => state.history.phase.kind === 'unread');
  const { readMoreCalls, markCallsSeen } = useActions();
  useEffect(() => {
    if (isUnread) void readMoreCalls();
  }, [isUnread, readMoreCalls]);
  useEffect(() => {
    if (unseen > 0) void markCallsSeen();
  }, [unseen, markCallsSeen]);
  return (
    <div className="scroll">
      <div className="pane-head">
        <h1 className="pane-title">{t('history.title')}</h1>
        <div className="pane-head__search">
          <Input
            className="input"
            type="search"
            aria-label={t('history.search')}
            placeholder={t('history.search')}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </div>
      </div>
      <HistoryBody search={search} onClear={() => setSearch('')} />
    </div>
  );
}
