import { presentMs } from '../../ui/present.ts';
import { assertNever } from '../../../preload/contract/result.ts';
import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import type { Balance } from '../../../preload/contract/models.ts';
import type { SyncStatus } from '../../../preload/contract/sync-status.ts';
import { errorKindLine } from '../../i18n/errors.ts';
import { exactTime, dateOrTime } from '../../i18n/time-format.ts';
import { t } from '../../i18n/translate.ts';
import { accountOf } from '../../state/selectors.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { useAgeText } from '../../ui/Age.tsx';
import { StatusDot } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog, DialogActions } from '../../ui/Dialog.tsx';
import { MoneyText } from '../../ui/figures.tsx';
import type { Meaning } from '../../ui/meaning.ts';
import { Skeleton } from '../../ui/Skeleton.tsx';

const MEANINGS: Readonly<Record<Balance['level'], Meaning>> = {
  ok: 'good',
  low: 'attention',
  zero: 'danger',
  negative: 'danger',
};

const FIGURES = ['available', 'balance', 'pending', 'creditLimit'] as const;

/** How fresh the account data is, in words. */
export function syncWords(sync: SyncStatus, nowMs: number): string {
  const time = sync.lastSuccessAt === null ? null : dateOrTime(sync.lastSuccessAt, nowMs);
  switch (sync.state) {
    case 'idle':
      return time === null ? t('sync.never') : t('sync.idle');
    case 'syncing':
      return sync.rowsTotal === null
        ? t('sync.syncing', { done: sync.rowsDone })
        : t('sync.syncingOf', { done: sync.rowsDone, total: sync.rowsTotal });
    case 'offline':
      return time === null ? t('sync.never') : t('sync.offline', { time });
    case 'failed':
      return time === null ? t('sync.never') : t('sync.failed', { time });
    case 'not_offered':
      return t('sync.notOffered');
    default:
      return assertNever(sync.state);
  }
}

/** Where no balance stops a call, one below zero is what will be billed, and nothing to warn of. */
const usePaidAfterwards = (): boolean => useApp((state) => state.policy?.newCallsAtZero === 'none');

function LevelDot({ level }: { readonly level: Balance['level'] }) {
  const isPaidAfterwards = usePaidAfterwards();
  if (isPaidAfterwards)
    return (
      <StatusDot meaning="neutral" fill="full">
        {t('header.balanceLevel.paidAfterwards')}
      </StatusDot>
    );
  return (
    <StatusDot meaning={MEANINGS[level]} fill={level === 'ok' ? 'full' : level === 'low' ? 'half' : 'empty'}>
      {t(`header.balanceLevel.${level}`)}
    </StatusDot>
  );
}

function BalanceFigure({ balance }: { readonly balance: Balance }) {
  const offsetMs = useApp((state) => state.sync.serverOffsetMs);
  const age = useAgeText(balance.asOf, offsetMs);
  const isStale = useApp((state) => state.sync.state === 'offline' || state.sync.state === 'failed');
  const { exact, level } = balance;
  return (
    <span className="header__balance-text" title={exactTime(balance.asOf - offsetMs)}>
      {exact ? (
        <span className="header__amount">
          <span className="visually-hidden">{t('header.balance')} </span>
          <MoneyText value={exact.available} form="balance" />
        </span>
      ) : null}
      {(!exact || level !== 'ok') && <LevelDot level={level} />}
      <span className={`header__age ${isStale ? 'header__age--stale' : ''}`}>{age}</span>
    </span>
  );
}

function BalanceDialog({ balance, onClose }: { readonly balance: Balance | null; readonly onClose: () => void }) {
  const sync = useApp((state) => state.sync);
  const contact = useApp((state) => accountOf(state)?.ownerContact ?? null);
  const isPaidAfterwards = usePaidAfterwards();
  const { refreshAccount } = useActions();
  const exact = balance?.exact;
  return (
    <Dialog title={t('balance.title')} onClose={onClose}>
      {!balance && <p>{t('header.balance.unknown')}</p>}
      {balance && !exact && (
        <p>{t('balance.coarse', { contact: contact ? t('balance.coarse.contact', { contact }) : '' })}</p>
      )}
      <dl className="facts">
        {exact &&
          FIGURES.filter((name) => name !== 'available' || !isPaidAfterwards).map((name) => [
            <dt key={`${name}-name`}>{t(`balance.${name}`)}</dt>,
            <dd key={name}>
              <MoneyText value={exact[name]} form="balance" />
            </dd>,
          ])}
        {balance && (
          <>
            <dt>{t('balance.asOf')}</dt>
            <dd>{exactTime(balance.asOf - sync.serverOffsetMs)}</dd>
          </>
        )}
        <dt>{t('sync.title')}</dt>
        <dd>
          {syncWords(sync, presentMs())}
          {sync.errorKind && <span className="soft"> {errorKindLine(sync.errorKind)}</span>}
        </dd>
      </dl>
      {exact && <p className="soft">{t(isPaidAfterwards ? 'balance.rule.paidAfterwards' : 'balance.rule')}</p>}
      <DialogActions>
        <Button icon={RefreshCw} onPress={() => void refreshAccount()}>
          {t('header.refresh')}
        </Button>
        <Button onPress={onClose}>{t('action.close')}</Button>
      </DialogActions>
    </Dialog>
  );
}

/** What there is to call with, and how old that figure is. Nothing where the provider has no balance. */
export function BalanceStatus() {
  const [isOpen, setOpen] = useState(false);
  const balance = useApp((state) => state.balance);
  const offered = useApp((state) => accountOf(state)?.capabilities.balance === 'read');
  const isWaiting = useApp((state) => state.sync.lastSuccessAt === null && state.sync.state === 'syncing');
  if (!offered) return <span />;
  return (
    <>
      <Button look="quiet" className="header__balance" onPress={() => setOpen(true)}>
        {balance && <BalanceFigure balance={balance} />}
        {!balance && (isWaiting ? <Skeleton width="96px" /> : t('header.balance.unknown'))}
        <span className="visually-hidden">. {t('header.balance.open')}</span>
      </Button>
      {isOpen && <BalanceDialog balance={balance} onClose={() => setOpen(false)} />}
    </>
  );
}
