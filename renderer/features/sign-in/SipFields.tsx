import { t } from '../../i18n/translate.ts';
import { Switch } from '../../ui/Switch.tsx';
import { TextField } from '../../ui/TextField.tsx';
import type { SipAccount, SipField, SipProblems } from './sip-account.ts';

interface SipFieldsProps {
  readonly account: SipAccount;
  readonly problems: SipProblems;
  readonly isDisabled: boolean;
  readonly onChange: (change: Partial<SipAccount>) => void;
}

/** The fields of a plain SIP account; the rarely needed ones are folded away. */
export function SipFields({ account, problems, isDisabled, onChange }: SipFieldsProps) {
  const bind = (field: SipField) => ({
    value: account[field],
    onChange: (value: string) => onChange({ [field]: value }),
    error: problems[field] ?? null,
    isDisabled,
  });
  return (
    <>
      <TextField label={t('signIn.sip.wss')} hint={t('signIn.sip.wss.hint')} {...bind('wssUrl')} autoFocus />
      <TextField label={t('signIn.sip.domain')} hint={t('signIn.sip.domain.hint')} {...bind('domain')} />
      <TextField label={t('signIn.sip.user')} {...bind('user')} autoComplete="username" />
      <TextField
        label={t('signIn.sip.password')}
        hint={t('signIn.sip.password.hint')}
        {...bind('password')}
        type="password"
        autoComplete="current-password"
      />
      <details className="sign-in__more">
        <summary>{t('signIn.sip.more')}</summary>
        <div className="sign-in__form">
          <TextField
            label={t('signIn.sip.authUser')}
            hint={t('signIn.sip.authUser.hint')}
            {...bind('authorizationUser')}
          />
          <TextField label={t('signIn.sip.name')} hint={t('signIn.sip.name.hint')} {...bind('displayName')} />
        </div>
      </details>
      <Switch
        isSelected={account.keepSecret}
        isDisabled={isDisabled}
        onChange={(keepSecret) => onChange({ keepSecret })}
      >
        {t('signIn.sip.keep')}
      </Switch>
    </>
  );
}
