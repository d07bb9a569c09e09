import { LogOut, Monitor, Moon, Sun } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { accountOf } from '../../state/selectors.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { Choice } from '../../ui/Choice.tsx';
import { StoreNotices } from '../app/Notices.tsx';
import { CALL_KEYS, keyText, PANE_KEYS } from '../app/shortcuts.ts';
import { CallingSettings } from './CallingSettings.tsx';
import { HostFacts } from './HostFacts.tsx';
import { SettingsSection } from './SettingsSection.tsx';
import { SoundSettings } from './SoundSettings.tsx';

const SignOutDialog = lazy(async () => ({ default: (await import('./SignOutDialog.tsx')).SignOutDialog }));

function Appearance() {
  const theme = useApp((state) => state.settings.theme);
  const { changeSettings } = useActions();
  const options = [
    { id: 'system', label: t('settings.theme.system'), icon: Monitor },
    { id: 'light', label: t('settings.theme.light'), icon: Sun },
    { id: 'dark', label: t('settings.theme.dark'), icon: Moon },
  ] as const;
  return (
    <SettingsSection title={t('settings.appearance')}>
      <Choice
        label={t('settings.theme')}
        options={options}
        selected={theme}
        onSelect={(next) => void changeSettings({ theme: next })}
      />
    </SettingsSection>
  );
}

function Keys() {
  const rows = [
    ...PANE_KEYS.map(({ pane, code }) => [t(`nav.${pane}`), code] as const),
    [t('ring.answer'), CALL_KEYS.answer] as const,
    [t('ring.decline'), CALL_KEYS.decline] as const,
    [t('call.mute'), CALL_KEYS.mute] as const,
    [t('call.holdAction'), CALL_KEYS.hold] as const,
    [t('call.keypad'), CALL_KEYS.keypad] as const,
    [t('call.hangUp'), CALL_KEYS.hangUp] as const,
  ];
  return (
    <SettingsSection title={t('settings.shortcuts')}>
      <dl className="facts settings__keys">
        {rows.map(([name, code]) => [
          <dt key={`${code}-name`}>{name}</dt>,
          <dd key={code}>
            <kbd className="kbd">{keyText(code)}</kbd>
          </dd>,
        ])}
      </dl>
    </SettingsSection>
  );
}

function AccountSection() {
  const [asks, setAsks] = useState(false);
  const account = useApp(accountOf);
  return (
    <SettingsSection title={t('settings.account')}>
      <p>
        {account?.name} <span className="soft">{account?.providerName}</span>
      </p>
      <div>
        <Button icon={LogOut} onPress={() => setAsks(true)}>
          {t('settings.signOut')}
        </Button>
      </div>
      <Suspense>{asks && <SignOutDialog onClose={() => setAsks(false)} />}</Suspense>
    </SettingsSection>
  );
}

function DataSection() {
  const isFine = useApp((state) => state.storeNotices.length === 0);
  return (
    <SettingsSection title={t('settings.data')}>
      {isFine ? <p>{t('settings.data.fine')}</p> : <StoreNotices />}
    </SettingsSection>
  );
}

/** What can be chosen, and what this computer can and cannot do. */
export function SettingsPane() {
  return (
    <div className="scroll">
      <div className="pane-head">
        <h1 className="pane-title">{t('settings.title')}</h1>
      </div>
      <div className="settings">
        <SoundSettings />
        <CallingSettings />
        <Appearance />
        <Keys />
        <DataSection />
        <HostFacts />
        <AccountSection />
      </div>
    </div>
  );
}
