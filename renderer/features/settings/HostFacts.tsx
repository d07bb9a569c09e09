import { t } from '../../i18n/translate.ts';
import { useApp } from '../../state/use-app.ts';
import { SettingsSection } from './SettingsSection.tsx';

/** What this computer and this way of running the app can do, and what they lack; nothing pretends (design 8). */
export function HostFacts() {
  const host = useApp((state) => state.host);
  if (!host) return null;
  const { features } = host;
  const has = (there: boolean) => (there ? t('settings.host.yes') : t('settings.host.no'));
  const rows = [
    [t('settings.host.secret'), t(`settings.secret.${host.secretKeeping}`)],
    [
      t('settings.host.hidden'),
      features.staysAwakeHidden ? t('settings.host.hidden.yes') : t('settings.host.hidden.no'),
    ],
    [t('settings.host.tray'), has(features.tray)],
    [t('settings.host.shortcuts'), has(features.globalShortcuts)],
    [t('settings.host.login'), has(features.loginItem)],
    [t('settings.host.update'), has(features.selfUpdate)],
    [t('settings.host.version'), host.appVersion],
  ];
  return (
    <SettingsSection title={t('settings.host')}>
      <dl className="facts">
        {rows.map(([name, words]) => [<dt key={`${name}-name`}>{name}</dt>, <dd key={name}>{words}</dd>])}
      </dl>
    </SettingsSection>
  );
}
