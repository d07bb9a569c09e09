import { ChartNoAxesColumn, Lock } from 'lucide-react';
import { useCallback, useEffect } from 'react';
import type { AppError } from '../../../preload/contract/result.ts';
import { dateText } from '../../i18n/time-format.ts';
import { t } from '../../i18n/translate.ts';
import { accountOf } from '../../state/selectors.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Age } from '../../ui/Age.tsx';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/MessageState.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { ErrorPane } from '../shared/ErrorPane.tsx';
import { ListEnd } from '../shared/ListEnd.tsx';
import { UsageTable } from './UsageTable.tsx';

/** How fresh and how complete the list is. */
function Freshness() {
  const sync = useApp((state) => state.sync);
  const partialBefore = useApp((state) => state.usagePartialBefore);
  const notes = [
    ...(sync.state === 'offline' ? [t('usage.offline')] : []),
    ...(sync.state === 'failed' ? [t('usage.failed')] : []),
    ...(partialBefore === null ? [] : [t('usage.partial', { date: dateText(partialBefore) })]),
    ...(sync.state === 'syncing' && sync.rowsTotal
      ? [t('sync.syncingOf', { done: sync.rowsDone, total: sync.rowsTotal })]
      : []),
  ];
  return (
    <p className="pane-head__note" role="status">
      {sync.lastSuccessAt !== null && <Age atMs={sync.lastSuccessAt} />}
      {sync.lastSuccessAt !== null && notes.length > 0 && ' · '}
      {notes.join(' · ')}
    </p>
  );
}

function Forbidden() {
  const contact = useApp((state) => accountOf(state)?.ownerContact ?? null);
  return (
    <EmptyState icon={Lock} title={t('usage.forbidden')}>
      <p>
        {t('usage.forbidden.text', {
          contact: contact === null ? '' : t('balance.coarse.contact', { contact }),
        })}
      </p>
    </EmptyState>
  );
}

function NothingYet() {
  const { show, openPage } = useActions();
  const capability = useApp((state) => accountOf(state)?.capabilities.usage ?? 'none');
  const isReading = useApp((state) => state.sync.state === 'syncing' || state.usagePartialBefore !== null);
  if (capability !== 'read') {
    return (
      <EmptyState
        icon={ChartNoAxesColumn}
        title={capability === 'portal' ? t('usage.notOffered') : t('usage.none')}
        {...(capability === 'portal'
          ? { action: <Button onPress={() => void openPage('provider_portal')}>{t('usage.openPortal')}</Button> }
          : {})}
      />
    );
  }
  if (isReading) return <SkeletonRows count={8} label={t('usage.loading')} />;
  return (
    <EmptyState
      icon={ChartNoAxesColumn}
      title={t('usage.empty')}
      action={<Button onPress={() => show('phone')}>{t('usage.empty.action')}</Button>}
    >
      <p>{t('usage.empty.text')}</p>
    </EmptyState>
  );
}

function UsageFailure({ error }: { readonly error: AppError }) {
  const { refreshUsage } = useActions();
  return error.kind === 'forbidden' ? <Forbidden /> : <ErrorPane error={error} onRetry={() => void refreshUsage()} />;
}

/** What was used and charged, newest first, from the cache at once. */
export function UsagePane() {
  const usage = useApp((state) => state.usage);
  const { readMoreUsage, refreshUsage } = useActions();
  // What came while another pane was open.
  useEffect(() => void refreshUsage(), [refreshUsage]);
  const more = useCallback(() => void readMoreUsage(), [readMoreUsage]);
  const { rows, phase, next } = usage;
  return (
    <div className="scroll">
      <div className="pane-head">
        <h1 className="pane-title">{t('usage.title')}</h1>
        <Freshness />
      </div>
      {rows.length === 0 && phase.kind === 'failed' && <UsageFailure error={phase.error} />}
      {rows.length === 0 && phase.kind === 'ready' && <NothingYet />}
      {rows.length === 0 && (phase.kind === 'loading' || phase.kind === 'unread') && (
        <SkeletonRows count={8} label={t('usage.loading')} />
      )}
      {rows.length > 0 && (
        <>
          <UsageTable rows={rows} />
          <ListEnd
            phase={phase}
            hasMore={next !== null}
            loadingText={t('usage.loadingMore')}
            endText={t('usage.end')}
            onMore={more}
          />
        </>
      )}
    </div>
  );
}
