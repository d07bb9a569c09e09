import type { EventName, EventOf } from '../../preload/contract/channels.ts';
import type { OffhookClient } from '../../preload/contract/client.ts';
import type { AppState } from './model.ts';
import { withCall } from './lists.ts';
import type { AppStore } from './store.ts';
import { forgottenAtSignOut, fromSnapshot } from './store.ts';

type Reducers = { readonly [N in EventName]?: (state: AppState, payload: EventOf<N>) => Partial<AppState> };

/** How each push changes the state. The phone's own events are the phone controller's. */
const REDUCERS: Reducers = {
  'session.changed': (state, session) =>
    session.state === 'signed_in' || state.session.state !== 'signed_in'
      ? { session }
      : { ...forgottenAtSignOut(), session },
  'settings.changed': (_, settings) => ({ settings }),
  'balance.changed': (state, balance) =>
    // A lower as-of never overwrites a higher one (3.3).
    balance && state.balance && balance.asOf < state.balance.asOf ? {} : { balance },
  'policy.changed': (_, policy) => ({ policy }),
  'numbers.changed': (_, numbers) => ({ numbers }),
  'sync.changed': (_, sync) => ({ sync, usagePartialBefore: sync.partialBefore }),
  'store.changed': (_, storeNotices) => ({ storeNotices }),
  'calls.changed': (state, entry) => ({ history: withCall(state.history, entry) }),
  'phone.mirror': (state, mirror) =>
    // The lease holder is the source of the mirror, so its echo is never newer than what it has.
    state.lease.state === 'mine' ? {} : { registration: mirror.registration, calls: mirror.calls },
};

/** Keeps the store's main-owned slices true: the snapshot first, then pushes. */
export interface StateSync {
  /** Resolves once the first snapshot is in the store, or its failure is. */
  start(): Promise<void>;
  dispose(): void;
}

/** Joins the store to main. `start` may be called again after a failure. */
export function createStateSync(client: OffhookClient, store: AppStore): StateSync {
  const stops: (() => void)[] = [];
  let pushes = 0;

  const listen = <N extends EventName>(name: N, reduce: (state: AppState, payload: EventOf<N>) => Partial<AppState>) =>
    client.on(name, (payload) => {
      pushes += 1;
      store.setState((state) => reduce(state, payload));
    });

  const subscribe = () => {
    if (stops.length > 0) return;
    for (const name of Object.keys(REDUCERS) as EventName[]) stops.push(listen(name, REDUCERS[name] as never));
  };

  const readSnapshot = async () => {
    const answer = await client.invoke('app.snapshot', null);
    if (answer.ok) store.setState(fromSnapshot(answer.value));
    else store.setState({ boot: { kind: 'failed', error: answer.error } });
    return answer.ok;
  };

  return {
    async start() {
      subscribe();
      store.setState({ boot: { kind: 'starting' } });
      const before = pushes;
      const read = await readSnapshot();
      // A push that came while the snapshot was on its way may be newer or older than it: ask once more.
      if (read && pushes !== before) await readSnapshot();
    },
    dispose() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}
