import { useState } from 'react';
import { assertNever, type AppError } from '../../../preload/contract/result.ts';
import { t } from '../../i18n/translate.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { ErrorBanner } from '../shared/ErrorPane.tsx';
import { WaitingForBrowser } from '../sign-in/WaitingForBrowser.tsx';

/** While the provider no longer takes the sign-in: the phone goes on, what the provider knows grows old. */
export function SignInNotice() {
  const standing = useApp((state) => (state.session.state === 'signed_in' ? state.session.signIn.state : 'valid'));
  const [error, setError] = useState<AppError | null>(null);
  const { signInAgain } = useActions();
  const again = async () => {
    setError(null);
    const answer = await signInAgain();
    if (!answer.ok) setError(answer.error);
  };
  switch (standing) {
    case 'valid':
      return null;
    case 'waiting_for_browser':
      return <WaitingForBrowser />;
    case 'expired':
      return error ? (
        <ErrorBanner error={error} onRetry={() => void again()} />
      ) : (
        <Banner
          meaning="attention"
          title={t('signIn.reason.expired')}
          action={<Button onPress={() => void again()}>{t('signIn.again')}</Button>}
        >
          <p>{t('signIn.again.text')}</p>
        </Banner>
      );
    default:
      return assertNever(standing);
  }
}
