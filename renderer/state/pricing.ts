import type { RequestOf } from '../../preload/contract/channels.ts';
import type { OffhookClient } from '../../preload/contract/client.ts';
import type { CallView } from '../../preload/contract/models.ts';
import { readNumber } from '../i18n/phone-numbers.ts';
import { dialCountry, emergencyNumbers } from './selectors.ts';
import type { AppState } from './model.ts';
import type { AppStore } from './store.ts';

/** Runs `work` with the next frame; returns the way to drop it. */
export type NextFrame = (work: () => void) => () => void;

/** The target of what stands in the dial field; '' when it is empty. */
export function typedTarget(state: AppState): string {
  return readNumber(state.dial.text, dialCountry(state), emergencyNumbers(state)).target;
}

/**
 * Keeps the price of the typed number in the store: asks at most once a frame, drops every answer but the latest, and
 * asks again when a sync ended.
 * Returns the way to stop.
 */
export function watchDialPrice(client: OffhookClient, store: AppStore, nextFrame: NextFrame): () => void {
  let cancelFrame = () => {};
  let question = 0;
  let asked = '';

  const ask = async () => {
    const target = typedTarget(store.getState());
    if (target === asked) return;
    asked = target;
    question += 1;
    const mine = question;
    if (target === '') return;
    const answer = await client.invoke('rates.priceCall', { target });
    if (mine !== question) return;
    store.setState(({ dial }) => ({
      dial: answer.ok
        ? { ...dial, priced: { target, price: answer.value }, priceError: null }
        : { ...dial, priceError: answer.error },
    }));
    // A failed question may be asked again for the same number.
    if (!answer.ok) asked = '';
  };

  const stop = store.subscribe((state, before) => {
    // A sync that ended may have brought the deck, or another price.
    const isSynced = state.sync.lastSuccessAt !== before.sync.lastSuccessAt;
    if (isSynced) asked = '';
    if (!isSynced && state.dial.text === before.dial.text && dialCountry(state) === dialCountry(before)) return;
    cancelFrame();
    cancelFrame = nextFrame(() => void ask());
  });
  return () => {
    stop();
    cancelFrame();
    question += 1;
  };
}

/** What the price of a call goes by; null = there is nothing to ask. An incoming one goes by the own number called. */
function questionOf(call: CallView, state: AppState): RequestOf<'rates.priceCall'> | null {
  if (call.direction === 'outgoing') return { target: call.remote };
  if ((state.policy?.inboundRated ?? 'never') === 'never' || call.ownNumber === null) return null;
  return { target: call.ownNumber, direction: 'inbound' };
}

/**
 * Gives every call the rule it was dialled under or is received under, asked once; the estimate in the call bar comes
 * from it.
 */
export function watchCallPrices(client: OffhookClient, store: AppStore): () => void {
  const asked = new Set<string>();

  const settle = (callId: string, price: AppState['callPrices'][string]) =>
    store.setState(({ callPrices }) => ({ callPrices: { ...callPrices, [callId]: price } }));

  const price = async (callId: string, question: RequestOf<'rates.priceCall'>) => {
    const { priced } = store.getState().dial;
    if (question.direction === undefined && priced?.target === question.target) {
      settle(callId, priced.price);
      return;
    }
    const answer = await client.invoke('rates.priceCall', question);
    settle(callId, answer.ok ? answer.value : null);
  };

  return store.subscribe((state, before) => {
    if (state.calls === before.calls) return;
    for (const call of state.calls) {
      if (call.state === 'ended' || asked.has(call.id)) continue;
      const question = questionOf(call, state);
      if (!question) continue;
      asked.add(call.id);
      void price(call.id, question);
    }
  });
}
