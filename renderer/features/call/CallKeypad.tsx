import { useEffect } from 'react';
import type { CallView } from '../../../preload/contract/models.ts';
import { t } from '../../i18n/translate.ts';
import { useActions } from '../../state/use-app.ts';
import { Keypad } from '../../ui/Keypad.tsx';

const TONE = /^[0-9*#]$/;

/** While the call's keypad is open, typed digits are tones, wherever the focus is; pasted ones too, with pauses. */
function useTypedTones(callId: string): void {
  const { sendDigits, toggleCallKeypad } = useActions();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === 'Escape') toggleCallKeypad(callId);
      else if (TONE.test(event.key)) void sendDigits(callId, event.key);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    const onPaste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData('text') ?? '';
      if (/\d/.test(text)) {
        event.preventDefault();
        void sendDigits(callId, text);
      }
    };
    window.addEventListener('keydown', onKeyDown, true);
    window.addEventListener('paste', onPaste, true);
    return () => {
      window.removeEventListener('keydown', onKeyDown, true);
      window.removeEventListener('paste', onPaste, true);
    };
  }, [callId, sendDigits, toggleCallKeypad]);
}

/** Tones for the call (RFC 4733), with what was sent. */
export function CallKeypad({ call }: { readonly call: CallView }) {
  const { sendDigits } = useActions();
  useTypedTones(call.id);
  return (
    <div className="call__keypad">
      <p className="call__sent" aria-live="polite">
        {call.sentDigits === '' ? t('call.typeDigits') : t('call.sentDigits', { digits: call.sentDigits })}
      </p>
      <Keypad
        label={t('call.keypad')}
        onKey={(key) => void sendDigits(call.id, key)}
        names={{ '*': t('dial.key.star'), '#': t('dial.key.hash') }}
      />
    </div>
  );
}
