import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../../preload/contract/money.ts';
import { callClass } from '../../policies/deck.ts';
import type { CallClass } from '../../policies/profile.ts';
import type { OfferedMedia } from '../../ports.ts';
import type { AdmissionCase, Decision } from '../admission.ts';
import { decideAdmission } from '../admission.ts';
import type { Ledger } from '../ledger.ts';
import type { Price } from '../prices.ts';
import { durationSeconds, rateCall } from '../rating.ts';
import type { LegRow, Legs } from './legs.ts';
import type { CallPorts, MeteredCallService } from './ports.ts';
import type { SpendControls } from './spend-controls.ts';

/** A metered call in progress must be able to pay for so much more (F-06). */
const NEXT_MINUTE_SEC = 60;

const SERVICE_NAMES: Readonly<Record<MeteredCallService, string>> = {
  toll_free: 'Toll-free calls',
  international: 'International calls',
  t38_fax: 'Fax calls',
  concurrency_bursting: 'Calls beyond the channels',
};

/** A call somebody wants to make or to take. `number` is E.164 where there is one. */
export interface WantedCall {
  readonly direction: 'outbound' | 'inbound';
  readonly number: string;
  readonly media: OfferedMedia;
  readonly emergency: boolean;
}

/** How the books would decide now, and by which price. */
export interface Judgement {
  readonly decision: Decision;
  readonly callClass: CallClass;
  readonly price: Price | undefined;
  /** What its minutes cost if it is admitted: the deck's price, or that of a burst. */
  readonly perMinute: Micros;
}

/** Gathers what is known when a leg asks and judges it: the same answer before dialling and at the call itself. */
export interface Judge {
  judge(wanted: WantedCall, now: number): Judgement;
  /** What the metered calls in progress cost so far, each with its next minute (F-06); of one direction, or all. */
  runningCost(now: number, direction?: 'outbound'): Micros;
  /** What one leg costs so far, rated as if it ended now. */
  costSoFar(leg: LegRow, now: number): Micros;
}

/** The price a leg is rated by: its own minutes on the terms of its deck row. */
export function priceOfLeg(leg: LegRow, prices: Ledger['prices']): Price | undefined {
  const price = leg.rate_id === null ? undefined : prices.byId(leg.rate_id);
  return price && { ...price, perMinute: leg.per_minute };
}

export function createJudge(ledger: Ledger, legs: Legs, ports: CallPorts, controls: SpendControls): Judge {
  const { profile, journal, prices } = ledger;
  const { policy } = profile;
  const isFrozen = ledger.db.prepare<[], number>('SELECT frozen FROM account').pluck();

  function rated(leg: LegRow, seconds: number): Micros {
    const price = leg.metered === 1 ? priceOfLeg(leg, prices) : undefined;
    return price ? rateCall(price, seconds).price : toMicros(0);
  }

  function runningCost(now: number, direction?: 'outbound'): Micros {
    const costs = legs
      .running()
      .filter((leg) => direction === undefined || leg.direction === direction)
      .map((leg) => rated(leg, durationSeconds(leg.answered_at ?? now, now) + NEXT_MINUTE_SEC));
    return addMicros(...costs);
  }

  function classOf(wanted: WantedCall, price: Price | undefined): CallClass {
    if (wanted.emergency) return 'emergency';
    return price ? callClass(price) : 'international';
  }

  /** TOP-02: the service a call is part of. Only what is rated is metered: dialling a toll-free number is free. */
  function serviceOf(wanted: WantedCall, kind: CallClass): MeteredCallService | undefined {
    if (wanted.media === 'fax' && wanted.direction === 'outbound') return 't38_fax';
    if (kind === 'toll_free' && wanted.direction === 'inbound') return 'toll_free';
    if ((kind === 'international' || kind === 'premium') && wanted.direction === 'outbound') return 'international';
    return undefined;
  }

  function serviceOff(wanted: WantedCall, kind: CallClass): string | null {
    const service = serviceOf(wanted, kind);
    if (service === undefined || ports.meteredService(service) !== 'off') return null;
    return `${SERVICE_NAMES[service]} are switched off`;
  }

  function burstPrice(wanted: WantedCall, price: Price | undefined): Micros | undefined {
    const { burst } = profile;
    if (!burst) return undefined;
    if (wanted.direction === 'inbound') return burst.inbound;
    return price?.country === 'CA' ? burst.canada : burst.outbound;
  }

  return {
    runningCost,
    costSoFar: (leg, now) => rated(leg, leg.answered_at === null ? 0 : durationSeconds(leg.answered_at, now)),
    judge(wanted, now) {
      const price = wanted.emergency ? undefined : prices.find(wanted.number, wanted.direction, now);
      const kind = classOf(wanted, price);
      const isRated = price !== undefined && !price.included && (price.perMinute > 0 || price.setupFee > 0);
      // An emergency call is decided before anything else is asked: nothing that fails here may stand in its way.
      const known: Omit<AdmissionCase, 'emergency' | 'direction' | 'callClass' | 'rated'> = wanted.emergency
        ? CALM
        : {
            frozen: isFrozen.get() === 1,
            forbidden: wanted.direction === 'outbound' ? controls.forbids(wanted.number, price, isRated, now) : null,
            serviceOff: serviceOff(wanted, kind),
            bursting: ports.meteredService('concurrency_bursting') === 'on',
            capacity: ports.capacity(),
            channels: legs.channelsInUse(),
            balance: journal.balance(),
            runningCost: runningCost(now),
          };
      const { emergency, direction } = wanted;
      const decision = decideAdmission(policy, { emergency, direction, callClass: kind, rated: isRated, ...known });
      const burst = decision.kind === 'admitted' && decision.beyondChannels === 'burst';
      const perMinute = (burst ? burstPrice(wanted, price) : undefined) ?? price?.perMinute ?? toMicros(0);
      return { decision, callClass: kind, price, perMinute };
    },
  };
}

const CALM = {
  frozen: false,
  forbidden: null,
  serviceOff: null,
  bursting: false,
  capacity: { kind: 'pooled', count: -1 },
  channels: { inbound: 0, outbound: 0 },
  balance: toMicros(0),
  runningCost: toMicros(0),
} as const;
