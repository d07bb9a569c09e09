import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import type { AppError } from '../../../preload/contract/result.ts';
import { t } from '../../i18n/translate.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Choice } from '../../ui/Choice.tsx';
import { StoreNotices } from '../app/Notices.tsx';
import { ErrorBanner } from '../shared/ErrorPane.tsx';
import { ProviderForm } from './ProviderForm.tsx';
import { SipForm } from './SipForm.tsx';
import { WaitingForBrowser } from './WaitingForBrowser.tsx';

function WhySignedOut() {
  const reason = useApp((state) => (state.session.state === 'signed_out' ? state.session.reason : 'never'));
  if (reason !== 'expired' && reason !== 'refused') return null;
  return (
    <Banner meaning="attention" title={t(`signIn.reason.${reason}`)}>
      <p>
        {t(`signIn.reason.${reason}.text`)} {t('signIn.reason.noCalls')}
      </p>
    </Banner>
  );
}

function SandboxOffer() {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<AppError | null>(null);
  const { signInSandbox } = useActions();
  const start = async () => {
    setBusy(true);
    setError(null);
    const answer = await signInSandbox();
    setBusy(false);
    if (!answer.ok) setError(answer.error);
  };
  return (
    <div className="sign-in__sandbox">
      <p className="soft">{t('signIn.sandbox.text')}</p>
      <div>
        <Button icon={FlaskConical} isDisabled={isBusy} onPress={() => void start()}>
          {t('signIn.sandbox')}
        </Button>
      </div>
      {error && <ErrorBanner error={error} onRetry={() => void start()} />}
    </div>
  );
}

function Forms() {
  const [kind, setKind] = useState<'provider' | 'sip'>('provider');
  const options = [
    { id: 'provider', label: t('signIn.kind.provider') },
    { id: 'sip', label: t('signIn.kind.sip') },
  ] as const;
  return (
    <>
      <Choice label={t('signIn.kind')} options={options} selected={kind} onSelect={setKind} />
      {kind === 'provider' ? <ProviderForm /> : <SipForm />}
      <SandboxOffer />
    </>
  );
}

/** The way in: a provider that speaks our API, a plain SIP account, or the sandbox. */
export function SignInScreen() {
  const isWaiting = useApp((state) => state.session.state === 'waiting_for_browser');
  return (
    <main className="whole-page" aria-labelledby="sign-in-title">
      <div className="sign-in">
        <p className="sign-in__name">{t('app.name')}</p>
        <h1 className="pane-title" id="sign-in-title">
          {t('signIn.title')}
        </h1>
        <StoreNotices />
        <WhySignedOut />
        {isWaiting ? <WaitingForBrowser /> : <Forms />}
        <SecretNote />
      </div>
    </main>
  );
}

function SecretNote() {
  const keeping = useApp((state) => state.host?.secretKeeping);
  if (!keeping) return null;
  return (
    <p className="field__hint">
      {t('settings.host.secret')}: {t(`settings.secret.${keeping}`)}
    </p>
  );
}
