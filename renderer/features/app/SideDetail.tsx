import { lazy, Suspense, useSyncExternalStore } from 'react';
import { t } from '../../i18n/translate.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Button, IconButton } from '../../ui/Button.tsx';
import { Dialog, DialogActions } from '../../ui/Dialog.tsx';
import { X } from 'lucide-react';
import { CallDetail } from '../history/CallDetail.tsx';

const UsageDetail = lazy(async () => ({ default: (await import('../usage/UsageDetail.tsx')).UsageDetail }));

const WIDE = '(min-width: 900px)';

function useIsWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = window.matchMedia(WIDE);
      query.addEventListener('change', listener);
      return () => query.removeEventListener('change', listener);
    },
    () => window.matchMedia(WIDE).matches,
  );
}

/** What is selected in the pane: beside it on a wide window, above it on a narrow one. */
export function SideDetail() {
  const selection = useApp((state) => state.selection);
  const { select } = useActions();
  const isWide = useIsWide();
  if (!selection) return null;
  const title = selection.kind === 'call' ? t('history.detail') : t('usage.detail');
  const close = () => select(null);
  const content = (
    <Suspense>
      {selection.kind === 'call' ? <CallDetail id={selection.id} /> : <UsageDetail id={selection.id} />}
    </Suspense>
  );
  if (!isWide) {
    return (
      <Dialog title={title} onClose={close}>
        {content}
        <DialogActions>
          <Button onPress={close}>{t('action.close')}</Button>
        </DialogActions>
      </Dialog>
    );
  }
  return (
    <aside className="side" aria-label={title}>
      <div className="side__head">
        <h2 className="section-title">{title}</h2>
        <IconButton icon={X} label={t('action.close')} onPress={close} />
      </div>
      {content}
    </aside>
  );
}
