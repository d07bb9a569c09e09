import { useState } from 'react';
import type { Result } from '../../../preload/contract/result.ts';
import { t } from '../../i18n/translate.ts';
import { useActions } from '../../state/use-app.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { EMPTY_SIP_ACCOUNT, problemFrom, problemsOf, signInRequest } from './sip-account.ts';
import type { SipAccount, SipProblems } from './sip-account.ts';
import { SipFields } from './SipFields.tsx';

type Step =
  { readonly kind: 'edit' } | { readonly kind: 'busy' } | { readonly kind: 'confirm'; readonly realm: string };

interface ConfirmRealmProps {
  readonly realm: string;
  readonly onConfirm: () => void;
  readonly onChange: () => void;
}

function ConfirmRealm({ realm, onConfirm, onChange }: ConfirmRealmProps) {
  return (
    <div className="sign-in__form" role="status">
      <Banner meaning="information" title={t('signIn.sip.realm', { realm })}>
        <p>{t('signIn.sip.realm.text')}</p>
      </Banner>
      <div className="sign-in__actions">
        <Button look="primary" autoFocus onPress={onConfirm}>
          {t('signIn.sip.confirm')}
        </Button>
        <Button look="quiet" onPress={onChange}>
          {t('signIn.sip.change')}
        </Button>
      </div>
    </div>
  );
}

/** A plain SIP account: the server is asked for its name first, the person confirms it, then the password is used. */
export function SipForm() {
  const [account, setAccount] = useState<SipAccount>(EMPTY_SIP_ACCOUNT);
  const [problems, setProblems] = useState<SipProblems>({});
  const [step, setStep] = useState<Step>({ kind: 'edit' });
  const { probeSip, signInSip } = useActions();

  const ask = async <Value,>(question: Promise<Result<Value>>, next: (value: Value) => void) => {
    setStep({ kind: 'busy' });
    const answer = await question;
    if (answer.ok) {
      next(answer.value);
      return;
    }
    setProblems(problemFrom(answer.error));
    setStep({ kind: 'edit' });
  };
  const check = () => {
    const found = problemsOf(account);
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    const { wssUrl, domain, user } = signInRequest(account, '');
    void ask(probeSip({ wssUrl, domain, user }), ({ realm }) => setStep({ kind: 'confirm', realm }));
  };

  if (step.kind === 'confirm') {
    const { realm } = step;
    return (
      <ConfirmRealm
        realm={realm}
        onConfirm={() => void ask(signInSip(signInRequest(account, realm)), () => setStep({ kind: 'busy' }))}
        onChange={() => setStep({ kind: 'edit' })}
      />
    );
  }
  return (
    <form
      className="sign-in__form"
      onSubmit={(event) => {
        event.preventDefault();
        check();
      }}
    >
      <SipFields
        account={account}
        problems={problems}
        isDisabled={step.kind === 'busy'}
        onChange={(change) => {
          setAccount({ ...account, ...change });
          setProblems({});
        }}
      />
      {problems.form && <Banner meaning="danger" title={problems.form} />}
      <div>
        <Button type="submit" look="primary" isDisabled={step.kind === 'busy'}>
          {step.kind === 'busy' ? t('signIn.sip.checking') : t('signIn.sip.check')}
        </Button>
      </div>
    </form>
  );
}
