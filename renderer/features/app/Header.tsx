import { CircleUser, LogOut, Settings, SquareArrowOutUpRight } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { accountOf } from '../../state/selectors.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { SandboxMark } from '../shared/SandboxMark.tsx';
import { BalanceStatus } from './BalanceStatus.tsx';
import { RegistrationStatus } from './RegistrationStatus.tsx';

const SignOutDialog = lazy(async () => ({ default: (await import('../settings/SignOutDialog.tsx')).SignOutDialog }));

function UserMenu({ onSignOut }: { readonly onSignOut: () => void }) {
  const account = useApp(accountOf);
  const { show, openPage } = useActions();
  if (!account) return null;
  const name = account.user.name || account.name;
  const items = [
    { id: 'settings', label: t('header.user.settings'), icon: Settings },
    { id: 'portal', label: t('header.user.portal'), note: account.providerName, icon: SquareArrowOutUpRight },
    { id: 'sign_out', label: t('header.user.signOut'), note: account.name, icon: LogOut },
  ];
  const choose = (id: string) => {
    if (id === 'settings') show('settings');
    else if (id === 'portal') void openPage('provider_portal');
    else onSignOut();
  };
  return (
    <Menu label={t('header.user', { name })} items={items} onChoose={choose}>
      <Button look="quiet" className="header__user">
        <CircleUser size={18} aria-hidden />
        <span className="visually-hidden">{t('header.user', { name })}</span>
        <span className="header__user-name truncate" aria-hidden>
          {name}
        </span>
      </Button>
    </Menu>
  );
}

/** The truth about the phone and the money, on every screen. */
export function Header() {
  const [asksSignOut, setAsksSignOut] = useState(false);
  return (
    <header className="header" aria-label={t('header.label')}>
      <RegistrationStatus />
      <div className="header__mark">
        <SandboxMark />
      </div>
      <BalanceStatus />
      <UserMenu onSignOut={() => setAsksSignOut(true)} />
      <Suspense>{asksSignOut && <SignOutDialog onClose={() => setAsksSignOut(false)} />}</Suspense>
    </header>
  );
}
