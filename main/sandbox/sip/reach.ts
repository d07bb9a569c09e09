import type { Books, Destination, ForwardedTo, LegRequest } from '../ports.ts';
import type { Bindings } from './bindings.ts';
import type { Call } from './calls.ts';
import type { Flow } from './flow.ts';
import type { ForkTarget } from './fork.ts';
import { bookLeg } from './legs.ts';
import { describeError, type SipLog } from './log.ts';
import { q850ReasonHeader, reasonHeader } from './message/message.ts';

/** The host of the URIs that address our agent. */
const AGENT_HOST = 'agent.invalid';

/** A leg the books refused: what the caller is answered. */
export interface LegRefusal {
  readonly kind: 'refused';
  readonly sipCode: number;
  readonly headers: readonly (readonly ['Reason', string])[];
}

/** Where a call goes on from a number that does not take it. */
export interface ForwardLater {
  readonly when: 'busy' | 'no_answer';
  /** Books the leg that carries it on. */
  readonly go: () => Reached;
}

/** Where a call to a person rings. No target at all: nobody is there. */
export type Reached =
  | { readonly kind: 'targets'; readonly targets: readonly ForkTarget[]; readonly forward: ForwardLater | null }
  | LegRefusal;

/** A call to a number of the account: whose it is and who calls. */
export interface CalledNumber {
  readonly userId: string;
  readonly number: string;
  /** The called side's leg, but for the device. */
  readonly leg: Omit<LegRequest, 'leg' | 'direction' | 'deviceId' | 'forwarded'>;
  /** The flow that asks: nobody rings himself. */
  readonly except: Flow;
}

interface Deps {
  readonly books: Books;
  readonly bindings: Bindings;
  readonly agentFlow: Flow;
  readonly log: SipLog;
}

/** Finds who is rung and books a leg for each that is: the device's, and the one that carries a forwarded call on. */
export class Reach {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Books a leg onto the call; a refusal ends what was booked before. */
  book(call: Call, leg: LegRequest): LegRefusal | null {
    const booking = bookLeg(this.#deps.books, this.#deps.log, leg);
    if (booking.kind === 'booked') {
      if (booking.leg) call.legs.push(booking.leg);
      return null;
    }
    const { sipCode, reason, q850Cause } = booking;
    const reasons = [reasonHeader(sipCode, reason)];
    if (q850Cause !== undefined) reasons.push(q850ReasonHeader(q850Cause, reason));
    this.#deps.log('info', 'sip.leg_refused', { leg: leg.leg, sipCode });
    return { kind: 'refused', sipCode, headers: reasons.map((each) => ['Reason', each] as const) };
  }

  /**
   * Rings a person's devices, or goes where the number is forwarded (SIPUS-12: its inbound and its outbound leg). Where
   * nobody is registered, forwarding on no answer does not wait.
   */
  person(call: Call, called: CalledNumber): Reached {
    const targets = this.contacts(called.userId, called.except);
    const forwarding = this.#forwarding(called.number);
    if (targets.length === 0 && (forwarding === null || forwarding.when === 'busy')) return targetsOf([]);
    const rings = forwarding?.when !== 'always';
    const deviceId = rings ? onlyDevice(targets) : null;
    const refusal = this.book(call, { ...called.leg, leg: 'b', direction: 'inbound', deviceId });
    if (refusal) return refusal;
    if (forwarding === null) return targetsOf(targets);
    if (forwarding.when === 'always' || targets.length === 0) return this.#carryOn(call, called, forwarding.to);
    const go = (): Reached => this.#later(() => this.#carryOn(call, called, forwarding.to));
    return { kind: 'targets', targets, forward: { when: forwarding.when, go } };
  }

  /** The contacts of a user's devices, but not the flow that asks. */
  contacts(userId: string, except: Flow): ForkTarget[] {
    const { books, bindings } = this.#deps;
    return books
      .devicesOfUser(userId)
      .flatMap((device) => bindings.of(device.user))
      .filter((binding) => binding.flow !== except && binding.flow.open)
      .map((binding) => ({ ...binding, uri: binding.contact }));
  }

  agent(destination: Destination): ForkTarget {
    const uri = `sip:${destination.kind}@${AGENT_HOST}`;
    return { flow: this.#deps.agentFlow, uri, q: 1, device: null, instanceId: null, regId: null };
  }

  #forwarding(number: string): ForwardedTo | null {
    const { books, log } = this.#deps;
    try {
      return books.forwardingOf(number);
    } catch (error) {
      log('error', 'sip.books_failed', {
        step: 'forwarding',
        error: error instanceof Error ? error.message : 'unknown',
      });
      return null;
    }
  }

  /** Nobody waits for what is thrown when a phone did not answer: books that fail then end the call as refused. */
  #later(carryOn: () => Reached): Reached {
    try {
      return carryOn();
    } catch (error) {
      this.#deps.log('error', 'sip.books_failed', { step: 'carry on', error: describeError(error) });
      return { kind: 'refused', sipCode: 500, headers: [] };
    }
  }

  /** One step only: a number that is forwarded again just rings. Nothing is ever forwarded to an emergency number. */
  #carryOn(call: Call, called: CalledNumber, to: string): Reached {
    const destination = this.#deps.books.destination(to);
    if (destination.kind === 'emergency' || destination.kind === 'invalid') return targetsOf([]);
    const onNet = destination.kind === 'own';
    const targets = onNet ? this.contacts(destination.userId, called.except) : [this.agent(destination)];
    if (targets.length === 0) return targetsOf([]);
    const refusal = this.book(call, {
      ...called.leg,
      leg: 'b',
      direction: 'outbound',
      deviceId: null,
      from: called.number,
      to,
      onNet,
      forwarded: true,
    });
    return refusal ?? targetsOf(targets);
  }
}

const targetsOf = (targets: readonly ForkTarget[]): Reached => ({ kind: 'targets', targets, forward: null });

function onlyDevice(targets: readonly ForkTarget[]): string | null {
  const ids = new Set(targets.map((target) => target.device?.deviceId));
  return ids.size === 1 ? (targets[0]?.device?.deviceId ?? null) : null;
}
