import { Grid3x3 } from 'lucide-react';
import { useRef, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import { useActions } from '../../state/use-app.ts';
import { IconButton } from '../../ui/Button.tsx';
import { Keypad } from '../../ui/Keypad.tsx';
import { SandboxTag } from '../shared/SandboxMark.tsx';
import { CallButton } from './CallButton.tsx';
import { CallerIdChooser } from './CallerIdChooser.tsx';
import { DialField } from './DialField.tsx';
import { PriceLine } from './PriceLine.tsx';
import { RecentCalls } from './RecentCalls.tsx';

/** The dialer, with the calls that match what is typed. */
export function PhonePane() {
  const field = useRef<HTMLInputElement>(null);
  const [showsKeypad, setShowsKeypad] = useState(true);
  const { dial, pressDialKey } = useActions();
  const press = (key: string) => {
    pressDialKey(key);
    field.current?.focus();
  };
  return (
    <div className="phone-pane" data-keypad={showsKeypad}>
      <h1 className="visually-hidden">{t('nav.phone')}</h1>
      <form
        className="dialer"
        onSubmit={(event) => {
          event.preventDefault();
          void dial();
        }}
      >
        <DialField inputRef={field} />
        <div className="dialer__about">
          <div className="dialer__mark">
            <SandboxTag />
          </div>
          <PriceLine />
        </div>
        <CallerIdChooser />
        {showsKeypad && (
          <Keypad label={t('dial.keypad')} onKey={press} names={{ '*': t('dial.key.star'), '#': t('dial.key.hash') }} />
        )}
        <div className="dialer__actions">
          <CallButton />
          <IconButton
            icon={Grid3x3}
            look="plain"
            className="button--large dialer__keys"
            label={showsKeypad ? t('dial.keypad.hide') : t('dial.keypad.show')}
            isExpanded={showsKeypad}
            onPress={() => setShowsKeypad(!showsKeypad)}
          />
        </div>
      </form>
      <RecentCalls />
    </div>
  );
}
