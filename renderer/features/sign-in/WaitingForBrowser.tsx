import { t } from '../../i18n/translate.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Age } from '../../ui/Age.tsx';
import { Button } from '../../ui/Button.tsx';

/** While the person signs in on the provider's page, for the first time or again. */
export function WaitingForBrowser() {
  const waiting = useApp(({ session }) => {
    const standing = session.state === 'signed_in' ? session.signIn : session;
    return standing.state === 'waiting_for_browser' ? standing : null;
  });
  const { cancelSignIn, openPage } = useActions();
  return (
    <div className="sign-in__form" role="status">
      <p className="section-title">{t('signIn.waiting')}</p>
      <p>
        {t('signIn.waiting.text')} {waiting && <Age atMs={waiting.startedAt} />}
      </p>
      {waiting && (
        <p className="sign-in__address">
          {t('signIn.waiting.address')} <code>{waiting.authorizationUrl}</code>
        </p>
      )}
      <div className="sign-in__actions">
        <Button onPress={() => void openPage('sign_in')}>{t('signIn.waiting.reopen')}</Button>
        <Button look="quiet" onPress={() => void cancelSignIn()}>
          {t('signIn.waiting.cancel')}
        </Button>
      </div>
    </div>
  );
}
