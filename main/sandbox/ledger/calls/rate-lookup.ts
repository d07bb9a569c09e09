import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros } from '../../../../preload/contract/money.ts';
import type { CallClass } from '../../policies/profile.ts';
import type { Decision, RefusalCause } from '../admission.ts';
import { spendableNow } from '../admission.ts';
import { negated } from '../amounts.ts';
import type { Ledger } from '../ledger.ts';
import type { Price } from '../prices.ts';
import type { Dialling } from './dialling.ts';
import type { Judge } from './judge.ts';
import { talkTimeSec } from './talk-time.ts';

/** Below so much talk time a person without the grant to see the balance reads "low". */
export const LOW_TALK_TIME_SEC = 5 * 60;

/** What a call would be before it is dialled (EXT-03). */
export interface RateAnswer {
  /** E.164; null where what was typed is no number. */
  readonly number: string | null;
  readonly callClass: CallClass | null;
  /** Undefined = not known: say so, never 0. */
  readonly price: Price | undefined;
  readonly perMinute: Micros;
  /** What would come of it now. */
  readonly verdict: 'emergency' | 'included' | 'costs' | 'unknown_price' | 'blocked' | 'not_a_number';
  readonly blocked: { readonly why: RefusalCause; readonly reason: string } | null;
  readonly needsChannel: boolean;
  /** Seconds the money lasts for this call (F-07); null = it does not end it. */
  readonly talkTimeSec: number | null;
}

export interface RateLookup {
  look(dialled: string, direction: 'outbound' | 'inbound'): RateAnswer;
}

const NO_NUMBER: RateAnswer = {
  number: null,
  callClass: null,
  price: undefined,
  perMinute: 0 as Micros,
  verdict: 'not_a_number',
  blocked: null,
  needsChannel: false,
  talkTimeSec: null,
};

function verdictOf(decision: Decision, callClass: CallClass, price: Price | undefined): RateAnswer['verdict'] {
  if (callClass === 'emergency') return 'emergency';
  if (decision.kind === 'refused') return 'blocked';
  if (decision.metered) return 'costs';
  return price ? 'included' : 'unknown_price';
}

export function createRateLookup(
  ledger: Ledger,
  parts: { readonly dialling: Dialling; readonly judge: Judge },
): RateLookup {
  const { clock, journal, profile } = ledger;
  const { policy } = profile;
  const { dialling, judge } = parts;

  function talkTime(price: Price | undefined, perMinute: Micros, metered: boolean, now: number): number | null {
    if (!metered || !price || policy.newCallsAtZero === 'none') return null;
    const spendable = spendableNow(policy, journal.balance(), judge.runningCost(now));
    const left = addMicros(spendable, negated(policy.admissionReserve), negated(policy.blockAt));
    return talkTimeSec({ ...price, perMinute }, left);
  }

  return {
    look(dialled, direction) {
      const now = clock.now();
      const emergency = direction === 'outbound' && dialling.isEmergency(dialled);
      const number = emergency ? dialled : dialling.toE164(dialled);
      if (number === undefined) return NO_NUMBER;
      const { decision, callClass, price, perMinute } = judge.judge(
        { direction, number, media: 'audio', emergency },
        now,
      );
      const metered = decision.kind === 'admitted' ? decision.metered : price !== undefined && !price.included;
      return {
        number,
        callClass,
        price,
        perMinute,
        verdict: verdictOf(decision, callClass, price),
        blocked: decision.kind === 'refused' ? { why: decision.why, reason: decision.reason } : null,
        needsChannel: !policy.channelExempt.includes(callClass) && callClass !== 'emergency',
        talkTimeSec: talkTime(price, perMinute, metered, now),
      };
    },
  };
}
