import type { EventName, EventOf } from '../../preload/contract/channels.ts';
import type { OffhookClient } from '../../preload/contract/client.ts';
import type { Balance, Session } from '../../preload/contract/models.ts';
import type { AppState } from './model.ts';
import { withCall } from './lists.ts';
import type { AppStore } from './store.ts';
import { forgottenAtSignOut, fromSnapshot } from './store.ts';

type Reducers = { readonly [N in EventName]?: (state: AppState, payload: EventOf<N>) => Partial<AppState> };

/** Nobody's state becomes somebody's; what is somebody's stays theirs only. */
function isSameOwner(before: Session, next: Session): boolean {
  if (before.state !== 'signed_in') return true;
  return next.state === 'signed_in' && next.account.id === before.account.id;
}

/** A lower as-of never overwrites a higher one (3.3). */
function laterBalance(held: Balance | null, next: Balance | null): Balance | null {
  return held && next && next.asOf < held.asOf ? held : next;
}

/** How each push changes the state. The phone's own events are the phone controller's. */
const REDUCERS: Reducers = {
  'session.changed': (state, session) =>
    isSameOwner(state.session, session) ? { session } : { ...forgottenAtSignOut(), session },
  'settings.changed': (_, settings) => ({ settings }),
  'balance.changed': (state, balance) => ({ balance: laterBalance(state.balance, balance) }),
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
  /** What was pushed while a snapshot is on its way, in order; null while none is. */
  let meanwhile: { readonly name: EventName; readonly again: (state: AppState) => Partial<AppState> }[] | null = null;

  const listen = <N extends EventName>(name: N, reduce: (state: AppState, payload: EventOf<N>) => Partial<AppState>) =>
    client.on(name, (payload) => {
      meanwhile?.push({ name, again: (state) => reduce(state, payload) });
      store.setState((state) => reduce(state, payload));
    });

  const subscribe = () => {
    if (stops.length > 0) return;
    for (const name of Object.keys(REDUCERS) as EventName[]) stops.push(listen(name, REDUCERS[name] as never));
  };

  /**
   * Pushes and answers come in the order main sent them, so a push that came while the snapshot was on its way is never
   * older than it: what was pushed is laid over the snapshot again. After a session that changed, what belongs to it is
   * read too.
   */
  const readSnapshot = async (): Promise<void> => {
    const pushed: typeof meanwhile = (meanwhile = []);
    const answer = await client.invoke('app.snapshot', null);
    meanwhile = null;
    if (!answer.ok) {
      store.setState({ boot: { kind: 'failed', error: answer.error } });
      return;
    }
    store.setState((state) => {
      let next: AppState = { ...state, ...fromSnapshot(answer.value) };
      const balance = laterBalance(state.balance, next.balance);
      if (isSameOwner(state.session, next.session)) next = { ...next, balance };
      if (state.lease.state === 'mine') next = { ...next, registration: state.registration, calls: state.calls };
      for (const { again } of pushed) next = { ...next, ...again(next) };
      return next;
    });
    if (pushed.some(({ name }) => name === 'session.changed')) await readSnapshot();
  };

  return {
    async start() {
      subscribe();
      store.setState({ boot: { kind: 'starting' } });
      await readSnapshot();
    },
    dispose() {
      for (const stop of stops.splice(0)) stop();
    },
  };
}
