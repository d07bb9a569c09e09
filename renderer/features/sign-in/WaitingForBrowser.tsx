import { t } from '../../i18n/translate.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Age } from '../../ui/Age.tsx';
import { Button } from '../../ui/Button.tsx';

/** While the person signs in on the provider's page. */
export function WaitingForBrowser() {
  const startedAt = useApp((state) => (state.session.state === 'waiting_for_browser' ? state.session.startedAt : null));
  const address = useApp((state) =>
    state.session.state === 'waiting_for_browser' ? state.session.authorizationUrl : null,
  );
  const { cancelSignIn, openPage } = useActions();
  return (
    <div className="sign-in__form" role="status">
      <p className="section-title">{t('signIn.waiting')}</p>
      <p>
        {t('signIn.waiting.text')} {startedAt !== null && <Age atMs={startedAt} />}
      </p>
      {address !== null && (
        <p className="sign-in__address">
          {t('signIn.waiting.address')} <code>{address}</code>
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
