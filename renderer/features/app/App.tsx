import { assertNever } from '../../../preload/contract/result.ts';
import { lazy, Suspense, useEffect } from 'react';
import type { AppError } from '../../../preload/contract/result.ts';
import { errorWords } from '../../i18n/errors.ts';
import { t } from '../../i18n/translate.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { EmergencyScreen } from '../call/EmergencyScreen.tsx';
import { Button } from '../../ui/Button.tsx';
import { ErrorState } from '../../ui/MessageState.tsx';
import { Shell } from './Shell.tsx';
import { StartingShell } from './StartingShell.tsx';

const SignInScreen = lazy(async () => ({ default: (await import('../sign-in/SignInScreen.tsx')).SignInScreen }));

/** Nothing to show came from main: no other page is there to go to, so the one way on is to try again. */
function StartFailure({ error }: { readonly error: AppError }) {
  const actions = useActions();
  const { what, next } = errorWords(error);
  return (
    <main className="whole-page" aria-label={t('app.main')}>
      <h1 className="visually-hidden">{t('app.name')}</h1>
      <ErrorState
        what={what}
        kept={t('start.failed.kept')}
        next={next}
        detail={error.detail}
        detailLabel={t('action.details')}
        action={<Button onPress={() => void actions.restart()}>{t('action.retry')}</Button>}
      />
    </main>
  );
}

/** The whole window: starting, signed out, or at work. */
export function App() {
  const boot = useApp((state) => state.boot);
  const session = useApp((state) => state.session);
  const theme = useApp((state) => state.settings.theme);

  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);

  if (boot.kind === 'failed') return <StartFailure error={boot.error} />;
  if (boot.kind === 'starting' && session.state === 'starting') return <StartingShell />;
  switch (session.state) {
    case 'starting':
      return <StartingShell />;
    case 'signed_out':
    case 'waiting_for_browser':
      return (
        <>
          <Suspense fallback={<StartingShell />}>
            <SignInScreen />
          </Suspense>
          {/* A sign-in that expires must not take these words away. */}
          <EmergencyScreen />
        </>
      );
    case 'signed_in':
      return <Shell />;
    default:
      return assertNever(session);
  }
}
