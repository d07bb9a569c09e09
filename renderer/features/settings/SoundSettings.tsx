import { Volume2 } from 'lucide-react';
import { useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { Select } from '../../ui/Select.tsx';
import { Slider } from '../../ui/Slider.tsx';
import { deviceOptions, FOLLOW_SYSTEM, useSoundDevices } from './devices.ts';
import { MicrophoneTest } from './MicrophoneTest.tsx';
import { SettingsSection } from './SettingsSection.tsx';
import { playTone } from './sound-test.ts';

const SPEAKER_TEST_VOLUME = 0.3;

type DeviceSetting = 'microphoneId' | 'speakerId' | 'ringerId';

function RingerVolume() {
  const kept = useApp((state) => state.settings.ringerVolume);
  const [moving, setMoving] = useState<number | null>(null);
  const { changeSettings } = useActions();
  return (
    <div>
      <Slider
        label={t('settings.ringerVolume')}
        value={moving ?? kept}
        onChange={setMoving}
        onChangeEnd={(ringerVolume) => {
          setMoving(null);
          void changeSettings({ ringerVolume });
        }}
      />
      {(moving ?? kept) === 0 && <p className="field__hint">{t('settings.ringerSilent')}</p>}
    </div>
  );
}

/** Which device hears, speaks and rings; each can be tried here. */
export function SoundSettings() {
  const settings = useApp((state) => state.settings);
  const { changeSettings } = useActions();
  const { devices, refresh } = useSoundDevices();
  const [toneFailed, setToneFailed] = useState(false);
  const choose = (setting: DeviceSetting) => (id: string) =>
    void changeSettings({ [setting]: id === FOLLOW_SYSTEM ? null : id });
  const picker = (setting: DeviceSetting, label: string, kind: MediaDeviceKind) => (
    <Select
      label={label}
      options={deviceOptions(devices, kind, settings[setting])}
      selected={settings[setting] ?? FOLLOW_SYSTEM}
      onSelect={choose(setting)}
    />
  );
  const test = async (deviceId: string | null, volume: number) => setToneFailed(!(await playTone(deviceId, volume)));
  const namesHidden = devices.length > 0 && devices.every((each) => each.label === '');
  return (
    <SettingsSection title={t('settings.sound')}>
      {picker('microphoneId', t('settings.microphone'), 'audioinput')}
      <MicrophoneTest deviceId={settings.microphoneId} onOpened={() => void refresh()} />
      {namesHidden && <p className="field__hint">{t('settings.namesHidden')}</p>}
      {picker('speakerId', t('settings.speaker'), 'audiooutput')}
      <div>
        <Button icon={Volume2} onPress={() => void test(settings.speakerId, SPEAKER_TEST_VOLUME)}>
          {t('settings.testSpeaker')}
        </Button>
      </div>
      {picker('ringerId', t('settings.ringer'), 'audiooutput')}
      <RingerVolume />
      <div>
        <Button icon={Volume2} onPress={() => void test(settings.ringerId, settings.ringerVolume / 100)}>
          {t('settings.testRinger')}
        </Button>
      </div>
      {toneFailed && <Banner meaning="attention" title={t('settings.toneFailed')} />}
    </SettingsSection>
  );
}
