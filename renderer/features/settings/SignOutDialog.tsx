import { useState } from 'react';
import type { AppError } from '../../../preload/contract/result.ts';
import { errorLine } from '../../i18n/errors.ts';
import { t } from '../../i18n/translate.ts';
import { accountOf, hasLiveCall } from '../../state/selectors.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Dialog, DialogActions } from '../../ui/Dialog.tsx';
import { Switch } from '../../ui/Switch.tsx';

/** Says what signing out deletes and what stays, and asks about the history. */
export function SignOutDialog({ onClose }: { readonly onClose: () => void }) {
  const account = useApp(accountOf);
  const isCallUp = useApp(hasLiveCall);
  const [erases, setErases] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const { signOut } = useActions();
  const confirm = async () => {
    setBusy(true);
    const answer = await signOut(erases);
    if (answer.ok) return;
    setBusy(false);
    setError(answer.error);
  };
  return (
    <Dialog title={t('signOut.title', { account: account?.name ?? '' })} onClose={onClose}>
      {isCallUp && <Banner meaning="attention" title={t('signOut.callUp')} />}
      <p>{t('signOut.text')}</p>
      <Switch isSelected={erases} onChange={setErases}>
        {t('signOut.erase')}
      </Switch>
      {error && <Banner meaning="danger" title={errorLine(error)} />}
      <DialogActions>
        <Button onPress={onClose}>{t('action.cancel')}</Button>
        <Button look="danger" isDisabled={isBusy} onPress={() => void confirm()}>
          {t('signOut.confirm')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
