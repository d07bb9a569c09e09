import type { CommandOutcome } from '../../preload/contract/command-outcome.ts';
import type { PhoneCommand, PhoneCredentials, PhoneLease, PhoneMirror } from '../../preload/contract/models.ts';
import { fail, ok, type Result } from '../../preload/contract/result.ts';
import type { Clock } from '../platform/clock.ts';
import type { Push } from '../platform/push.ts';

interface Window {
  readonly id: string;
}

/** What a window may register with, or why it may not. */
export type Credentials =
  | { readonly kind: 'ready'; readonly credentials: PhoneCredentials }
  | { readonly kind: 'unavailable'; readonly reason: Extract<PhoneLease, { state: 'unavailable' }>['reason'] };

export interface PhoneServicePorts {
  readonly push: Push;
  readonly clock: Clock;
  /** Those of the account that is open; waits, bounded, while they are being fetched. */
  readonly credentials: () => Promise<Credentials>;
  /** The window that held the phone is gone, and its calls with it. */
  readonly onPhoneGone: () => void;
}

/** Un-REGISTER takes one round trip; a window that does not answer is not waited for longer. */
export const RELEASE_TIMEOUT_MS = 2_500;
/** The holder decides at once; a window busier than this leaves the outcome open. */
export const COMMAND_TIMEOUT_MS = 2_000;

/**
 * The phone lease (design 1): one window at most is the phone. It reports what it does; every other surface sees the
 * mirror and sends commands.
 *
 * States: free --lease--> held --release | window gone | reset--> free; held --takeOver by another, no call up--> held.
 */
export interface PhoneService {
  lease(window: Window, takeOver: boolean): Promise<Result<PhoneLease>>;
  release(window: Window): Result<null>;
  report(window: Window, mirror: PhoneMirror): Result<null>;
  /** Hands a command to the holder and waits, bounded, for what became of it. */
  command(command: PhoneCommand): Promise<Result<CommandOutcome>>;
  /** The holder says what became of the command of that id; an answer nobody waits for is dropped. */
  answer(window: Window, id: number, outcome: CommandOutcome): Result<null>;
  windowGone(window: Window): void;
  mirror(): PhoneMirror;
  isCallUp(): boolean;
  /** Resolves at once while no call is up, else when the last one ends. */
  whenIdle(): Promise<void>;
  /** Sends host.closing to the phone and waits for its release. */
  askToRelease(): Promise<void>;
  /** Another account, or none: whoever held the phone has it no more. */
  reset(): void;
  /**
   * The credentials changed: the holder lets go and, after a pause, may ask for the new ones. Not while a call is up.
   * `prepare` runs just before.
   */
  renew(prepare: () => void): Promise<void>;
}

const NOBODY = fail({ kind: 'not_found', nextStep: 'retry', detail: 'No window is the phone' });
const UNSAID = fail({ kind: 'timed_out', nextStep: 'wait', detail: 'The phone window did not say what became of it' });

const idle = (state: 'connecting' | 'signed_out'): PhoneMirror => ({ registration: { state }, calls: [] });
/** Nobody is the phone: a window that waits for it may ask again. */
const FREE = idle('signed_out');
/** A window that loses its lease un-REGISTERs before it, or another, asks anew. */
export const RENEW_PAUSE_MS = 1_000;

/** Nobody holds the phone and nobody is signed in at first. */
export function createPhoneService(ports: PhoneServicePorts): PhoneService {
  const { push } = ports;
  let holder: Window | null = null;
  let mirror: PhoneMirror = FREE;
  const idleWaiters = new Set<() => void>();
  /** Windows whose request for the lease waits for credentials. */
  const asking = new Set<{ readonly window: Window; isGone: boolean }>();
  const releaseWaiters = new Set<() => void>();
  let lastCommandId = 0;
  /** Commands the holder was given and has not answered. */
  const given = new Map<number, (outcome: Result<CommandOutcome>) => void>();
  const settle = (id: number, outcome: Result<CommandOutcome>): void => {
    given.get(id)?.(outcome);
    given.delete(id);
  };
  const holds = (next: Window | null): void => {
    holder = next;
    // Whatever came of them ended with the window that was the phone.
    for (const id of given.keys()) settle(id, NOBODY);
  };

  const isCallUp = (): boolean => mirror.calls.some((call) => call.state !== 'ended');
  const show = (next: PhoneMirror): void => {
    mirror = next;
    push('phone.mirror', next);
    if (isCallUp()) return;
    for (const resolve of idleWaiters) resolve();
    idleWaiters.clear();
  };
  const free = (next: PhoneMirror): void => {
    const hadCalls = isCallUp();
    holds(null);
    show(next);
    for (const resolve of releaseWaiters) resolve();
    releaseWaiters.clear();
    if (hadCalls) ports.onPhoneGone();
  };
  const whenIdle = (): Promise<void> =>
    isCallUp() ? new Promise<void>((resolve) => void idleWaiters.add(resolve)) : Promise.resolve();
  const isHolder = (window: Window): boolean => holder?.id === window.id;

  return {
    async lease(window, takeOver) {
      if (holder && !isHolder(window) && !takeOver) return ok({ state: 'elsewhere', busy: isCallUp() });
      const request = { window, isGone: false };
      asking.add(request);
      const found = await ports.credentials().finally(() => asking.delete(request));
      // The phone must not go to a window that closed meanwhile: nobody would ever give it back.
      if (request.isGone) return fail({ kind: 'not_found', nextStep: 'retry', detail: 'The window is gone' });
      if (found.kind === 'unavailable') return ok({ state: 'unavailable', reason: found.reason });
      // Another window may have come first while the credentials were fetched.
      if (holder && !isHolder(window)) {
        if (!takeOver) return ok({ state: 'elsewhere', busy: isCallUp() });
        if (isCallUp()) {
          return fail({ kind: 'call_in_progress', nextStep: 'use_other_window', detail: 'A call is up elsewhere' });
        }
        const previous = holder;
        holds(window);
        push('phone.leaseLost', null, previous);
        show(idle('connecting'));
      }
      holder = window;
      return ok({ state: 'mine', credentials: found.credentials });
    },
    release(window) {
      if (isHolder(window)) free(FREE);
      return ok(null);
    },
    report(window, next) {
      if (!isHolder(window)) {
        return fail({ kind: 'phone_elsewhere', nextStep: 'use_other_window', detail: 'Not the phone window' });
      }
      show(next);
      return ok(null);
    },
    command(command) {
      if (!holder) return Promise.resolve(NOBODY);
      const id = ++lastCommandId;
      const outcome = new Promise<Result<CommandOutcome>>((resolve) => {
        const cancel = ports.clock.after(COMMAND_TIMEOUT_MS, () => settle(id, UNSAID));
        given.set(id, (said) => {
          cancel();
          resolve(said);
        });
      });
      push('phone.command', { id, command }, holder);
      return outcome;
    },
    answer(window, id, outcome) {
      if (isHolder(window)) settle(id, ok(outcome));
      return ok(null);
    },
    windowGone(window) {
      for (const request of asking) if (request.window.id === window.id) request.isGone = true;
      if (isHolder(window)) free(FREE);
    },
    mirror: () => mirror,
    isCallUp,
    whenIdle,
    async askToRelease() {
      if (!holder) return;
      const released = new Promise<void>((resolve) => void releaseWaiters.add(resolve));
      let cancel = (): void => undefined;
      const late = new Promise<void>((resolve) => {
        cancel = ports.clock.after(RELEASE_TIMEOUT_MS, resolve);
      });
      push('host.closing', null, holder);
      await Promise.race([released, late]);
      cancel();
    },
    reset() {
      const previous = holder;
      free(FREE);
      if (previous) push('phone.leaseLost', null, previous);
    },
    async renew(prepare) {
      // At once where nothing hinders it: a window that waits for the credentials gets them next.
      if (isCallUp()) await whenIdle();
      prepare();
      const previous = holder;
      if (!previous) return;
      holds(null);
      mirror = idle('connecting');
      push('phone.leaseLost', null, previous);
      ports.clock.after(RENEW_PAUSE_MS, () => {
        if (!holder) show(FREE);
      });
    },
  };
}
