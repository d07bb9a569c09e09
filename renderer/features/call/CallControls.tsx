import { Grid3x3, Mic, MicOff, Pause, PhoneOff, Play } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { Button } from 'react-aria-components/Button';
import type { CallView } from '../../../preload/contract/models.ts';
import { t } from '../../i18n/translate.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Hint } from '../../ui/Hint.tsx';
import { CALL_KEYS, keyText } from '../app/shortcuts.ts';

interface ControlProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly code: string;
  readonly onPress: () => void;
  readonly isDisabled?: boolean;
  readonly isPressed?: boolean;
  readonly isDanger?: boolean;
}

function Control({ icon: Icon, label, code, onPress, isDisabled = false, isPressed, isDanger }: ControlProps) {
  const shortcut = keyText(code);
  return (
    <Hint text={`${label} (${shortcut})`}>
      <Button
        className={`button control ${isDanger ? 'button--danger' : 'button--plain'}`}
        onPress={onPress}
        isDisabled={isDisabled}
        {...(isPressed === undefined ? {} : { 'aria-pressed': isPressed })}
        aria-keyshortcuts={shortcut.replace(' ', '+')}
      >
        <Icon size={18} aria-hidden />
        <span className="control__label">{label}</span>
      </Button>
    </Hint>
  );
}

/** Mute, hold, keypad, hang up: the same four, in this order, in every state of a call. */
export function CallControls({ call }: { readonly call: CallView }) {
  const { mute, hold, toggleCallKeypad, hangUp } = useActions();
  const showsKeypad = useApp((state) => state.callKeypadId === call.id);
  const isActive = call.state === 'active';
  const canSendTones = isActive || call.state === 'early_media';
  const isHeld = call.hold === 'local' || call.hold === 'both';
  const isChanging = call.hold === 'holding' || call.hold === 'resuming';
  return (
    <div className="controls" role="group" aria-label={t('call.label')}>
      <Control
        icon={call.muted ? MicOff : Mic}
        label={call.muted ? t('call.unmute') : t('call.mute')}
        code={CALL_KEYS.mute}
        isPressed={call.muted}
        onPress={() => void mute(call.id, !call.muted)}
      />
      <Control
        icon={isHeld ? Play : Pause}
        label={isHeld ? t('call.resume') : t('call.holdAction')}
        code={CALL_KEYS.hold}
        isPressed={isHeld}
        isDisabled={!isActive || isChanging}
        onPress={() => void hold(call.id, !isHeld)}
      />
      <Control
        icon={Grid3x3}
        label={t('call.keypad')}
        code={CALL_KEYS.keypad}
        isPressed={showsKeypad}
        isDisabled={!canSendTones}
        onPress={() => toggleCallKeypad(call.id)}
      />
      <Control
        icon={PhoneOff}
        label={t('call.hangUp')}
        code={CALL_KEYS.hangUp}
        isDanger
        isDisabled={call.state === 'ending'}
        onPress={() => void hangUp(call.id)}
      />
    </div>
  );
}
