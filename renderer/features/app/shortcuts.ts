import { useContext, useEffect } from 'react';
import type { CallView } from '../../../preload/contract/models.ts';
import type { Actions } from '../../state/actions.ts';
import type { AppState, Pane } from '../../state/model.ts';
import { isRinging } from '../../state/selectors.ts';
import { AppContext } from '../../state/use-app.ts';

/** Keys by their place on the keyboard (KeyboardEvent.code), each with Alt. */
export const PANE_KEYS: readonly { readonly pane: Pane; readonly code: string }[] = [
  { pane: 'phone', code: 'Digit1' },
  { pane: 'history', code: 'Digit2' },
  { pane: 'usage', code: 'Digit3' },
  { pane: 'settings', code: 'Digit4' },
];

export const CALL_KEYS = {
  answer: 'KeyA',
  decline: 'KeyX',
  mute: 'KeyM',
  hold: 'KeyH',
  keypad: 'KeyK',
  hangUp: 'KeyE',
} as const;

/** "Alt 1", as shown and as said in aria-keyshortcuts. */
export function keyText(code: string): string {
  return `Alt ${code.replace(/^(Digit|Key)/, '')}`;
}

function onLiveCall(code: string, call: CallView, actions: Actions): boolean {
  switch (code) {
    case CALL_KEYS.mute:
      void actions.mute(call.id, !call.muted);
      return true;
    case CALL_KEYS.hold:
      void actions.hold(call.id, call.hold === 'none' || call.hold === 'remote');
      return true;
    case CALL_KEYS.keypad:
      actions.toggleCallKeypad(call.id);
      return true;
    case CALL_KEYS.hangUp:
      void actions.hangUp(call.id);
      return true;
    default:
      return false;
  }
}

/** Alt alone: AltGraph types characters on many keyboards and reports Control and Alt. */
function isAltOnly(event: KeyboardEvent): boolean {
  return event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
}

/** Whether the key asks for this pane, also when it is the one shown. */
export function asksForPane(event: KeyboardEvent, pane: Pane): boolean {
  return isAltOnly(event) && PANE_KEYS.some((each) => each.pane === pane && each.code === event.code);
}

/** Does what the key stands for; false when it stands for nothing now. */
export function pressShortcut(code: string, state: AppState, actions: Actions): boolean {
  const pane = PANE_KEYS.find((each) => each.code === code)?.pane;
  if (pane) {
    actions.show(pane);
    return true;
  }
  const ringing = state.calls.find((call) => call.state === 'incoming');
  if (ringing && code === CALL_KEYS.answer) {
    void actions.answer(ringing.id);
    return true;
  }
  if (ringing && code === CALL_KEYS.decline) {
    void actions.decline(ringing.id);
    return true;
  }
  const live = state.calls.find((call) => call.state !== 'ended' && !isRinging(call));
  return live ? onLiveCall(code, live, actions) : false;
}

/** Listens for the keys while the window is at work. */
export function useShortcuts(): void {
  const app = useContext(AppContext);
  useEffect(() => {
    if (!app) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      if (!isAltOnly(event) || event.repeat) return;
      if (pressShortcut(event.code, app.store.getState(), app.actions)) event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [app]);
}
