import type { PhoneCommand } from '../../preload/contract/models.ts';
import { formatAsTyped, formatPhoneNumber, readNumber } from '../i18n/phone-numbers.ts';
import type { ActionParts } from './action-parts.ts';
import { closeCall } from './ended-calls.ts';
import type { CommandFailure } from './model.ts';
import { typedTarget } from './pricing.ts';
import { callerId, dialBlock, dialCountry, emergencyNumbers } from './selectors.ts';

/** Digits a keypad can send as tones (RFC 4733), and a comma for a pause. */
const TONES = /^[0-9A-D*#,]{1,64}$/;

/** The window that is the phone did not say: another phone is advised, and nothing dials a second time by itself. */
function mayHaveHappened(failure: CommandFailure): boolean {
  return failure.kind === 'error' && failure.error.kind === 'timed_out';
}

/** What is done with the dial field and with calls. A command that was refused leaves its reason in the store. */
export function createCallActions({ store, phone }: ActionParts) {
  const command = async (order: PhoneCommand) => {
    const callFailure = await phone.send(order);
    store.setState({ callFailure });
  };

  const dialTarget = async (target: string) => {
    const state = store.getState();
    const isEmergency = emergencyNumbers(state).includes(target);
    // Emergency is decided first (F-04): nothing below may hold it up.
    if (!isEmergency && (target === '' || dialBlock(state) !== null)) return;
    const failure = await phone.send({ kind: 'dial', target, ownNumber: callerId(state) });
    store.setState(({ dial }) => ({
      dial: failure ? { ...dial, failure } : { ...dial, text: '', ownNumber: null, failure: null },
      ...(failure && isEmergency ? { emergencyFailure: { number: target, isWaiting: !mayHaveHappened(failure) } } : {}),
    }));
  };

  return {
    type: (text: string) => {
      store.setState(({ dial }) => ({ dial: { ...dial, text, failure: null } }));
    },
    /** A key of the dialer's keypad: as if it were typed at the end. */
    pressDialKey: (key: string) => {
      store.setState((state) => {
        const text = formatAsTyped(state.dial.text + key, dialCountry(state), emergencyNumbers(state));
        return { dial: { ...state.dial, text, failure: null } };
      });
    },
    chooseCallerId: (ownNumber: string) => {
      store.setState(({ dial }) => ({ dial: { ...dial, ownNumber } }));
    },
    /** Calls what stands in the dial field. */
    dial: () => dialTarget(typedTarget(store.getState())),
    /** Calls a number of the history, from the own number it was last called from. */
    redial: async (remote: string, ownNumber: string | null) => {
      const state = store.getState();
      const { target } = readNumber(remote, dialCountry(state), emergencyNumbers(state));
      store.setState({ dial: { ...state.dial, text: remote, ownNumber, failure: null }, pane: 'phone' });
      await dialTarget(target);
    },
    /** Puts a number in the dial field for the person to look at first. */
    prepare: (remote: string) => {
      const text = formatPhoneNumber(remote);
      store.setState(({ dial }) => ({ dial: { ...dial, text, failure: null }, pane: 'phone' }));
    },

    answer: (callId: string) => command({ kind: 'answer', callId }),
    decline: (callId: string) => command({ kind: 'decline', callId }),
    hangUp: (callId: string) => command({ kind: 'hang_up', callId }),
    mute: (callId: string, on: boolean) => command({ kind: 'mute', callId, on }),
    hold: (callId: string, on: boolean) => command({ kind: 'hold', callId, on }),
    sendDigits: async (callId: string, text: string) => {
      const digits = text.toUpperCase().replace(/[^0-9A-D*#,]/g, '');
      if (TONES.test(digits)) await command({ kind: 'digits', callId, digits });
    },
    toggleCallKeypad: (callId: string) => {
      store.setState((state) => ({ callKeypadId: state.callKeypadId === callId ? null : callId }));
    },
    closeCall: (callId: string) => {
      closeCall(store, callId);
    },
    closeEmergency: () => {
      store.setState({ emergencyFailure: null });
    },
  };
}
