import { assertNever } from '../../../preload/contract/result.ts';
import type { StoreNotice } from '../../../preload/contract/sync-status.ts';
import { t } from '../../i18n/translate.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { ErrorBanner } from '../shared/ErrorPane.tsx';
import { SignInNotice } from './SignInNotice.tsx';

/** The sentence that says what became of a damaged or unwritable file. */
export function storeNoticeText(notice: StoreNotice): string {
  const fault = t(`store.fault.${notice.fault}`);
  if (notice.outcome === 'unavailable') return `${fault} ${t('store.unavailable.text')}`;
  if (notice.file === 'intents') return fault;
  return notice.outcome === 'rebuilt'
    ? t(`store.${notice.file}.rebuilt.text`)
    : `${fault} ${t(`store.${notice.file}.memory_only.text`)}`;
}

/** One banner per file that is not well. */
export function StoreNotices() {
  const notices = useApp((state) => state.storeNotices);
  return notices.map((notice) => (
    <Banner
      key={notice.file}
      meaning={notice.outcome === 'unavailable' ? 'danger' : 'attention'}
      title={t(`store.${notice.file}.${notice.outcome}`)}
    >
      <p>{storeNoticeText(notice)}</p>
    </Banner>
  ));
}

function LeaseNotice() {
  const lease = useApp((state) => state.lease);
  const { takePhoneHere, retryPhone } = useActions();
  switch (lease.state) {
    case 'none':
    case 'mine':
      return null;
    case 'elsewhere':
      return (
        <Banner
          meaning="information"
          title={t('lease.elsewhere')}
          action={
            <Button isDisabled={lease.busy} onPress={() => void takePhoneHere()}>
              {t('action.useHere')}
            </Button>
          }
        >
          <p>{lease.busy ? t('lease.elsewhere.busy') : t('lease.elsewhere.text')}</p>
        </Banner>
      );
    case 'unavailable':
      return (
        <Banner meaning="attention" title={t(`lease.unavailable.${lease.reason}`)}>
          <p>{t(`lease.unavailable.${lease.reason}.text`)}</p>
        </Banner>
      );
    case 'failed':
      return <ErrorBanner error={lease.error} onRetry={() => void retryPhone()} />;
    default:
      return assertNever(lease);
  }
}

/** What the person must know on every screen; takes no room when all is well. */
export function Notices() {
  const reachable = useApp((state) => state.isMainReachable);
  const fault = useApp((state) => state.fault);
  const { closeFault } = useActions();
  return (
    <section className="notices" aria-label={t('app.notices')}>
      {!reachable && (
        <Banner meaning="attention" title={t('link.down')}>
          <p>{t('link.down.text')}</p>
        </Banner>
      )}
      <SignInNotice />
      <LeaseNotice />
      <StoreNotices />
      {fault && <FaultNotice onClose={closeFault} />}
    </section>
  );
}

function FaultNotice({ onClose }: { readonly onClose: () => void }) {
  const fault = useApp((state) => state.fault);
  if (!fault) return null;
  return (
    <div className="notices__fault" role="alert">
      <ErrorBanner error={fault} onRetry={onClose} />
      <Button look="quiet" onPress={onClose}>
        {t('action.close')}
      </Button>
    </div>
  );
}
