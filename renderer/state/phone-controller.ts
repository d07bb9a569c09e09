import type { EventOf } from '../../preload/contract/channels.ts';
import type { OffhookClient } from '../../preload/contract/client.ts';
import type {
  CallLogEntry,
  PhoneCommand,
  PhoneCredentials,
  PhoneLease,
  PhoneMirror,
} from '../../preload/contract/models.ts';
import type { Phone, PhoneOptions } from '../telephony/phone.ts';
import { historyEntry } from './call-recorder.ts';
import type { AppState, CommandFailure, LeaseView } from './model.ts';
import { accountOf, callerId, emergencyNumbers } from './selectors.ts';
import type { AppStore } from './store.ts';

export interface PhoneControllerParts {
  readonly client: OffhookClient;
  readonly store: AppStore;
  /** Fetches the telephone's chunk and makes one; `report` hears of SIP messages it did not take, by name only. */
  readonly loadPhone: (report: (what: string) => void) => Promise<Phone>;
  /** Where 'online' is heard; the window, or an EventTarget in tests. */
  readonly network: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
}

/** Joins this window to the phone: holds it while the lease is ours, else sends commands to the window that does. */
export interface PhoneController {
  /** Asks for the lease and, where it is granted, registers. Called after the first paint; follows the session then. */
  start(): void;
  /** Takes the phone from the other window; main refuses while a call is up there. */
  takeOver(): Promise<void>;
  /** Asks for the lease once more after a failure. */
  retry(): Promise<void>;
  /** Carries a command out here or in the window that is the phone. null = done. */
  send(command: PhoneCommand): Promise<CommandFailure | null>;
  dispose(): Promise<void>;
}

/**
 * A dialled call shows this much later, so that nothing is painted before its INVITE has left: laying out the call takes
 * longer than making the offer, and both want this thread.
 */
export const DIAL_SHOWS_AFTER_MS = 30;

/** Nobody to send a command to: no window is the phone. `mine` without a phone: it is being given up this moment. */
const NO_PHONE: ReadonlySet<LeaseView['state']> = new Set(['none', 'unavailable', 'failed', 'mine']);

function optionsOf(state: AppState): PhoneOptions {
  const { settings } = state;
  return {
    emergencyNumbers: emergencyNumbers(state),
    media: state.policy?.media ?? 'endToEnd',
    countryCode: accountOf(state)?.countryCode ?? 'US',
    microphoneId: settings.microphoneId,
    speakerId: settings.speakerId,
    ringerId: settings.ringerId,
    ringerVolume: settings.ringerVolume,
  };
}

/** Makes the controller; nothing happens before `start`. */
export function createPhoneController(parts: PhoneControllerParts): PhoneController {
  const { client, store, loadPhone, network } = parts;
  let phone: Phone | null = null;
  /** What ends with the phone held now, and what ends with the window. */
  const stops: (() => void)[] = [];
  const stopsForever: (() => void)[] = [];
  let accountId: string | null = null;
  /** What is not shown yet, because a call is being dialled; null = everything is shown at once. */
  let withheld: { latest: PhoneMirror | null } | null = null;
  // Requests for the lease are answered in order; an answer to an outdated question is dropped.
  let question = 0;
  /** The newest step of each call that main did not hear of or could not keep; told again when it is back, or its disk. */
  const untold = new Map<string, CallLogEntry>();

  const show = ({ registration, calls }: PhoneMirror) => store.setState({ registration, calls });

  const record = async (entry: CallLogEntry) => {
    untold.set(entry.id, entry);
    const answer = await client.invoke('calls.record', entry);
    const mayBeKeptLater = !answer.ok && (answer.error.kind === 'offline' || answer.error.kind === 'store');
    if (!mayBeKeptLater && untold.get(entry.id) === entry) untold.delete(entry.id);
  };
  const tellAgain = () => {
    for (const entry of untold.values()) void record(entry);
  };

  /** An emergency call nobody could be given before goes out now, unless its notice was closed meanwhile (F-04). */
  const placeWaitingEmergency = async (on: Phone) => {
    const state = store.getState();
    const { emergencyFailure } = state;
    if (!emergencyFailure?.isWaiting) return;
    store.setState({ emergencyFailure: null });
    const answer = await dial(on, { kind: 'dial', target: emergencyFailure.number, ownNumber: callerId(state) });
    // Not this phone either: the words come back, and the next one tries again.
    if (!answer.ok) store.setState({ emergencyFailure });
  };

  /** Dials now and shows the call a moment later. What changes meanwhile is shown with it. */
  const dial = async (on: Phone, command: PhoneCommand) => {
    const isFirst = withheld === null;
    const held = (withheld ??= { latest: null });
    const answer = on.send(command);
    if (answer.ok) await new Promise((resolve) => setTimeout(resolve, DIAL_SHOWS_AFTER_MS));
    if (!isFirst) return answer;
    withheld = null;
    if (held.latest && phone === on) show(held.latest);
    return answer;
  };

  /** Each kind is told once per phone: a hostile peer must not fill the log. */
  const reportOnce = () => {
    const told = new Set<string>();
    return (what: string) => {
      if (told.has(what)) return;
      told.add(what);
      void client.invoke('phone.fault', { what });
    };
  };

  /** Carries out what another window asked for, and says there what became of it. */
  const obey = (on: Phone, { id, command }: EventOf<'phone.command'>) => {
    const answer = on.send(command);
    const outcome = { refusal: answer.ok ? null : answer.refusal };
    void client.invoke('phone.answer', { id, outcome });
  };

  const hold = (fresh: Phone, credentials: PhoneCredentials, owner: string) => {
    phone = fresh;
    stops.push(
      fresh.subscribe((mirror) => {
        if (phone !== fresh) return;
        if (withheld) withheld.latest = mirror;
        else show(mirror);
        void client.invoke('phone.report', mirror);
      }),
      fresh.onCallStep((call, sipCallId) => void record(historyEntry(call, sipCallId, owner))),
      client.on('phone.command', (order) => obey(fresh, order)),
      store.subscribe((state, before) => {
        if (state.settings !== before.settings || state.policy !== before.policy) fresh.setOptions(optionsOf(state));
      }),
    );
    fresh.start(credentials, optionsOf(store.getState()));
    void placeWaitingEmergency(fresh);
  };

  const letGo = async () => {
    question += 1;
    const held = phone;
    phone = null;
    // The call steps are heard until the phone has stopped, so that the end of a call is written down.
    const ending = stops.splice(0);
    await held?.stop();
    for (const stop of ending) stop();
  };

  const take = async (lease: PhoneLease, asked: number) => {
    if (lease.state !== 'mine') {
      store.setState({ lease });
      return;
    }
    if (phone) {
      // Asked again while it is ours: the phone that is here goes on.
      void placeWaitingEmergency(phone);
      return;
    }
    try {
      const fresh = await loadPhone(reportOnce());
      if (asked !== question || accountId === null) return;
      store.setState({ lease: { state: 'mine' } });
      hold(fresh, lease.credentials, accountId);
    } catch (cause) {
      const detail = `The telephone could not be loaded: ${String(cause)}`;
      store.setState({
        lease: { state: 'failed', error: { kind: 'internal', nextStep: 'restart_app', detail } },
      });
    }
  };

  const acquire = async (takeOver: boolean) => {
    question += 1;
    const asked = question;
    const answer = await client.invoke('phone.lease', { takeOver });
    if (asked !== question) return;
    if (answer.ok) await take(answer.value, asked);
    else if (takeOver) store.setState({ fault: answer.error });
    else store.setState({ lease: { state: 'failed', error: answer.error } });
  };

  const followSession = async (state: AppState) => {
    const next = accountOf(state)?.id ?? null;
    if (next === accountId) return;
    const before = accountId;
    accountId = next;
    if (before !== null) await letGo();
    if (next !== null && next === accountId) await acquire(false);
  };

  const networkChanged = () => phone?.networkChanged();

  /** The phone may have become free, or possible, since we last asked. */
  const askAgain = (when: LeaseView['state'][]) => {
    if (accountId !== null && when.includes(store.getState().lease.state)) void acquire(false);
  };

  const lose = async () => {
    store.setState({ lease: { state: 'elsewhere', busy: false } });
    await letGo();
  };

  const close = async () => {
    await letGo();
    await client.invoke('phone.release', null);
  };

  return {
    start() {
      network.addEventListener('online', networkChanged);
      stopsForever.push(
        () => network.removeEventListener('online', networkChanged),
        client.on('host.resumed', networkChanged),
        client.on('phone.leaseLost', () => void lose()),
        client.on('host.closing', () => void close()),
        client.on('phone.mirror', ({ registration }) => {
          if (registration.state === 'signed_out') askAgain(['elsewhere']);
        }),
        // Pushed when a write is refused for the first time, and when one works again.
        client.on('store.changed', tellAgain),
        client.on('sync.changed', ({ state }) => {
          if (state === 'idle') askAgain(['unavailable', 'failed']);
        }),
        store.subscribe((state, before) => {
          if (state.isMainReachable && !before.isMainReachable) tellAgain();
          void followSession(state);
        }),
      );
      void followSession(store.getState());
    },
    takeOver: () => acquire(true),
    retry: () => acquire(false),
    async send(command) {
      if (phone) {
        const answer = command.kind === 'dial' ? await dial(phone, command) : phone.send(command);
        return answer.ok ? null : { kind: 'refused', refusal: answer.refusal };
      }
      if (NO_PHONE.has(store.getState().lease.state)) return { kind: 'refused', refusal: 'no_lease' };
      const answer = await client.invoke('phone.command', command);
      if (!answer.ok) return { kind: 'error', error: answer.error };
      const { refusal } = answer.value;
      return refusal === null ? null : { kind: 'refused', refusal };
    },
    async dispose() {
      for (const stop of stopsForever.splice(0)) stop();
      await letGo();
    },
  };
}
