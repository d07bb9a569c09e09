import { countryName, dialCountries, formatPhoneNumber } from '../../i18n/phone-numbers.ts';
import { t } from '../../i18n/translate.ts';
import { accountOf } from '../../state/selectors.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { usePhoneNumbers } from '../../ui/figures.tsx';
import { Select } from '../../ui/Select.tsx';
import { SettingsSection } from './SettingsSection.tsx';

const DEFAULT = 'default';

function DefaultCallerId() {
  const numbers = useApp((state) => state.numbers);
  const chosen = useApp((state) => state.settings.defaultCallerId);
  const { changeSettings } = useActions();
  const usable = numbers.filter((each) => each.state === 'active');
  if (usable.length < 2) return null;
  const options = [
    { id: DEFAULT, label: t('settings.callerId.provider') },
    ...usable.map((each) => ({ id: each.number, label: `${formatPhoneNumber(each.number)} ${each.label}`.trim() })),
  ];
  return (
    <Select
      label={t('settings.callerId')}
      options={options}
      selected={chosen ?? DEFAULT}
      onSelect={(id) => void changeSettings({ defaultCallerId: id === DEFAULT ? null : id })}
    />
  );
}

/** The number one calls from, and the country of numbers typed without +. */
export function CallingSettings() {
  const isLoaded = usePhoneNumbers();
  const chosen = useApp((state) => state.settings.dialCountry);
  const ofAccount = useApp((state) => accountOf(state)?.countryCode ?? null);
  const { changeSettings } = useActions();
  const options = [
    { id: DEFAULT, label: t('settings.dialCountry.account', { country: ofAccount ? countryName(ofAccount) : '' }) },
    ...dialCountries().map(({ code, name, prefix }) => ({ id: code, label: `${name} ${prefix}` })),
  ];
  return (
    <SettingsSection title={t('settings.calling')}>
      <DefaultCallerId />
      <Select
        label={t('settings.dialCountry')}
        options={options}
        selected={chosen ?? DEFAULT}
        isDisabled={!isLoaded}
        onSelect={(id) => void changeSettings({ dialCountry: id === DEFAULT ? null : id })}
      />
    </SettingsSection>
  );
}
