import { Mic, Square } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { meterMicrophone } from './sound-test.ts';
import type { SoundFault } from './sound-test.ts';

function Fault({ fault }: { readonly fault: SoundFault }) {
  const refused = fault === 'refused';
  return (
    <Banner meaning="danger" title={refused ? t('settings.micRefused') : t('settings.micMissing')}>
      <p>{refused ? t('settings.micRefused.text') : t('settings.micMissing.text')}</p>
    </Banner>
  );
}

interface MicrophoneTestProps {
  readonly deviceId: string | null;
  /** The microphone was allowed: device names can be read now. */
  readonly onOpened: () => void;
}

/** A level meter for the chosen microphone. The microphone is open only while it is shown. */
export function MicrophoneTest({ deviceId, onOpened }: MicrophoneTestProps) {
  const [isOn, setOn] = useState(false);
  const [fault, setFault] = useState<SoundFault | null>(null);
  const bar = useRef<HTMLDivElement>(null);
  const opened = useRef(onOpened);
  useEffect(() => {
    opened.current = onOpened;
  });

  useEffect(() => {
    if (!isOn) return undefined;
    let isCurrent = true;
    let stop = () => {};
    const start = async () => {
      const meter = await meterMicrophone(deviceId, (level) => {
        // Straight to the element: sixty renders a second would be felt elsewhere.
        if (bar.current) bar.current.style.transform = `scaleX(${level})`;
      });
      if (!meter.ok) {
        setFault(meter.fault);
        setOn(false);
        return;
      }
      stop = meter.stop;
      if (!isCurrent) stop();
      else opened.current();
    };
    void start();
    return () => {
      isCurrent = false;
      stop();
    };
  }, [isOn, deviceId]);

  const toggle = () => {
    setFault(null);
    setOn(!isOn);
  };
  return (
    <>
      <div className="mic-test">
        <Button icon={isOn ? Square : Mic} onPress={toggle}>
          {isOn ? t('settings.stopTest') : t('settings.testMicrophone')}
        </Button>
        {isOn && (
          <div className="mic-test__track" aria-hidden>
            <div className="mic-test__bar" ref={bar} />
          </div>
        )}
      </div>
      {isOn && <p className="field__hint">{t('settings.speakNow')}</p>}
      {fault && <Fault fault={fault} />}
    </>
  );
}
