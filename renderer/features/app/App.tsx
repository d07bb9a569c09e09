import { assertNever } from '../../../preload/contract/result.ts';
import { lazy, Suspense, useEffect } from 'react';
import { t } from '../../i18n/translate.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { EmergencyScreen } from '../call/EmergencyScreen.tsx';
import { ErrorPane } from '../shared/ErrorPane.tsx';
import { Shell } from './Shell.tsx';
import { StartingShell } from './StartingShell.tsx';

const SignInScreen = lazy(async () => ({ default: (await import('../sign-in/SignInScreen.tsx')).SignInScreen }));

/** The whole window: starting, signed out, or at work. */
export function App() {
  const boot = useApp((state) => state.boot);
  const session = useApp((state) => state.session);
  const theme = useApp((state) => state.settings.theme);
  const actions = useActions();

  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);

  if (boot.kind === 'failed') {
    return (
      <main className="whole-page" aria-label={t('app.main')}>
        <h1 className="visually-hidden">{t('app.name')}</h1>
        <ErrorPane error={boot.error} onRetry={() => void actions.restart()} />
      </main>
    );
  }
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
