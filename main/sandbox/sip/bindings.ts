import type { Clock } from '../../platform/clock.ts';
import type { SipDevice } from '../ports.ts';
import type { Flow } from './flow.ts';

/** One registered contact, bound to the flow it came over (RFC 5626 section 3.3). */
export interface Binding {
  readonly device: SipDevice;
  /** The contact URI as registered. */
  readonly contact: string;
  readonly instanceId: string | null;
  readonly regId: number | null;
  /** 0 to 1; higher rings first. */
  readonly q: number;
  readonly flow: Flow;
  readonly callId: string;
  readonly cseq: number;
  readonly expiresAtMs: number;
}

export type RemovalReason = 'unregistered' | 'expired' | 'flow_lost' | 'replaced';

export interface BindingEvents {
  onAdded(binding: Binding, replaced: Binding | undefined): void;
  onRemoved(binding: Binding, reason: RemovalReason): void;
}

/** True when both describe the same contact of the same device: by instance and reg-id, else by URI. */
function sameContact(a: Binding, b: Pick<Binding, 'contact' | 'instanceId' | 'regId'>): boolean {
  if (a.instanceId !== null && b.instanceId !== null) return a.instanceId === b.instanceId && a.regId === b.regId;
  return a.contact === b.contact;
}

/** Where each device can be reached now. Owns the expiry timers. */
export class Bindings {
  readonly #clock: Clock;
  readonly #events: BindingEvents;
  /** By SIP user. */
  readonly #rows = new Map<string, Binding[]>();
  /** The same, by the flow they came over: asked for every message. */
  readonly #onFlow = new Map<Flow, Binding[]>();
  readonly #timers = new Map<Binding, () => void>();

  constructor(clock: Clock, events: BindingEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  /** The live contacts of a SIP user, best first: highest q, then the newest registration. */
  of(user: string): readonly Binding[] {
    return [...(this.#rows.get(user) ?? [])].sort((a, b) => b.q - a.q || b.expiresAtMs - a.expiresAtMs);
  }

  all(): readonly Binding[] {
    return [...this.#rows.values()].flat();
  }

  /** The binding that came over this flow, if any: what proves who speaks on it. */
  onFlow(flow: Flow): Binding | undefined {
    return this.#onFlow.get(flow)?.[0];
  }

  /** The present binding of the same contact. */
  find(user: string, contact: Pick<Binding, 'contact' | 'instanceId' | 'regId'>): Binding | undefined {
    return this.#rows.get(user)?.find((binding) => sameContact(binding, contact));
  }

  put(binding: Binding): void {
    const user = binding.device.user;
    const replaced = this.find(user, binding);
    if (replaced) this.#drop(replaced);
    const rows = this.#rows.get(user) ?? [];
    rows.push(binding);
    this.#rows.set(user, rows);
    this.#onFlow.set(binding.flow, [...(this.#onFlow.get(binding.flow) ?? []), binding]);
    const delayMs = Math.max(0, binding.expiresAtMs - this.#clock.now());
    this.#timers.set(
      binding,
      this.#clock.after(delayMs, () => this.remove(binding, 'expired')),
    );
    if (replaced && replaced.flow !== binding.flow) this.#events.onRemoved(replaced, 'replaced');
    this.#events.onAdded(binding, replaced);
  }

  remove(binding: Binding, reason: RemovalReason): void {
    if (this.#drop(binding)) this.#events.onRemoved(binding, reason);
  }

  flowClosed(flow: Flow): void {
    for (const binding of this.#onFlow.get(flow) ?? []) this.remove(binding, 'flow_lost');
  }

  dispose(): void {
    for (const stop of this.#timers.values()) stop();
    this.#timers.clear();
    this.#rows.clear();
    this.#onFlow.clear();
  }

  #drop(binding: Binding): boolean {
    const rows = this.#rows.get(binding.device.user) ?? [];
    const at = rows.indexOf(binding);
    if (at < 0) return false;
    rows.splice(at, 1);
    if (rows.length === 0) this.#rows.delete(binding.device.user);
    const others = (this.#onFlow.get(binding.flow) ?? []).filter((other) => other !== binding);
    if (others.length === 0) this.#onFlow.delete(binding.flow);
    else this.#onFlow.set(binding.flow, others);
    this.#timers.get(binding)?.();
    this.#timers.delete(binding);
    return true;
  }
}
