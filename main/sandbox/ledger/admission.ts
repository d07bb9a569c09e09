import type { Micros } from '../../../preload/contract/money.ts';
import { addMicros } from '../../../preload/contract/money.ts';
import { assertNever } from '../../../preload/contract/result.ts';
import type { AccountPolicy, CallClass, ChannelModel } from '../policies/profile.ts';
import { Q850_NO_CHANNEL, type Admission } from '../ports.ts';
import { negated } from './amounts.ts';

/** Legs that hold a channel now, by direction. */
export interface ChannelsInUse {
  readonly inbound: number;
  readonly outbound: number;
}

/** What is known when a leg asks. Amounts are of this moment. */
export interface AdmissionCase {
  readonly emergency: boolean;
  readonly direction: 'outbound' | 'inbound';
  readonly callClass: CallClass;
  /** The deck knows a price above 0 and the plan does not cover the call. */
  readonly rated: boolean;
  readonly frozen: boolean;
  /** Why the account's own spend controls forbid it (EXT-12). */
  readonly forbidden: string | null;
  /** A metered service this call needs, sold apart and switched off (TOP-02). */
  readonly serviceOff: string | null;
  /** Calls beyond the channels may burst now (EXT-43). */
  readonly bursting: boolean;
  readonly capacity: ChannelModel;
  readonly channels: ChannelsInUse;
  readonly balance: Micros;
  /** What the metered calls in progress cost so far, each with its next minute (F-06). */
  readonly runningCost: Micros;
}

export type Decision =
  | {
      readonly kind: 'admitted';
      readonly metered: boolean;
      readonly holdsChannel: boolean;
      /** How a leg beyond the channels was let through. */
      readonly beyondChannels: 'per_minute' | 'burst' | null;
    }
  | Refused;

/** Why a leg is refused, for whoever asks before dialling. */
export type RefusalCause = 'no_funds' | 'no_channel' | 'frozen' | 'spend_control' | 'service_off';

type Refused = Extract<Admission, { kind: 'refused' }> & { readonly why: RefusalCause };

/** -1 of a stored count is unlimited, never 0 (KZ-21). */
const fits = (used: number, count: number): boolean => count < 0 || used <= count;

/** True when one more leg fits (SIPUS-09; F-05: what is over in either direction spills into two-way). */
export function channelFree(model: ChannelModel, inUse: ChannelsInUse, direction: 'outbound' | 'inbound'): boolean {
  const next = { ...inUse, [direction]: inUse[direction] + 1 };
  if (model.kind === 'pooled') return fits(next.inbound + next.outbound, model.count);
  const spill = (used: number, own: number): number => (own < 0 ? 0 : Math.max(0, used - own));
  return fits(spill(next.inbound, model.inbound) + spill(next.outbound, model.outbound), model.twoWay);
}

/** All channels together; -1 where any kind is unlimited. */
export function totalChannels(model: ChannelModel): number {
  const counts = model.kind === 'pooled' ? [model.count] : [model.inbound, model.outbound, model.twoWay];
  return counts.some((count) => count < 0) ? -1 : counts.reduce((sum, count) => sum + count, 0);
}

/** What may still be spent: F-06, before the reserve of a call about to start. */
export function spendableNow(policy: AccountPolicy, balance: Micros, runningCost: Micros): Micros {
  return addMicros(balance, policy.creditLimit, negated(runningCost));
}

/** POL-02: true when the balance stops this call. The reserve (POL-26) is asked of metered calls only. */
function stoppedByMoney(policy: AccountPolicy, leg: AdmissionCase, metered: boolean): boolean {
  const available = addMicros(leg.balance, policy.creditLimit);
  const spendable = addMicros(spendableNow(policy, leg.balance, leg.runningCost), negated(policy.admissionReserve));
  const meteredStops = metered && spendable <= policy.blockAt;
  switch (policy.newCallsAtZero) {
    case 'none':
      return false;
    case 'outbound_metered':
      return meteredStops && leg.direction === 'outbound';
    case 'all_metered':
      return meteredStops;
    case 'all_incl_inbound':
      return meteredStops || available <= policy.blockAt;
    default:
      return assertNever(policy.newCallsAtZero);
  }
}

function beyondChannels(policy: AccountPolicy, leg: AdmissionCase): 'per_minute' | 'burst' | Refused {
  const total = totalChannels(leg.capacity);
  const full: Refused = {
    kind: 'refused',
    why: 'no_channel',
    sipCode: 503,
    reason: total === 1 ? 'The only channel is in use' : `All ${total} channels in use`,
    q850Cause: Q850_NO_CHANNEL,
  };
  switch (policy.channelOverflow) {
    case 'fail':
      return full;
    case 'per_minute':
      return 'per_minute';
    case 'burst':
      return leg.bursting ? 'burst' : full;
    default:
      return assertNever(policy.channelOverflow);
  }
}

const forbidden = (why: RefusalCause, reason: string): Refused => ({
  kind: 'refused',
  why,
  sipCode: 403,
  reason,
});

/**
 * Decides about a leg in the order of F-04: emergency first and never revisited; the freeze; what the account forbids
 * itself and what it has not switched on; the class exemptions and the channels; the money. What can be spent is
 * balance + credit limit - running costs - reserve, and must be above `blockAt` (F-06).
 */
export function decideAdmission(policy: AccountPolicy, leg: AdmissionCase): Decision {
  if (leg.emergency) return { kind: 'admitted', metered: false, holdsChannel: false, beyondChannels: null };

  if (leg.frozen) return forbidden('frozen', 'Calling is suspended for this account');
  if (leg.forbidden !== null) return forbidden('spend_control', leg.forbidden);
  if (leg.serviceOff !== null) return forbidden('service_off', leg.serviceOff);

  const needsChannel = !policy.channelExempt.includes(leg.callClass);
  const over = needsChannel && !channelFree(leg.capacity, leg.channels, leg.direction);
  const beyond = over ? beyondChannels(policy, leg) : null;
  if (beyond !== null && typeof beyond === 'object') return beyond;

  const metered = leg.rated || beyond !== null;
  if (stoppedByMoney(policy, leg, metered)) {
    return { kind: 'refused', why: 'no_funds', sipCode: 402, reason: 'Balance used up' };
  }
  return { kind: 'admitted', metered, holdsChannel: needsChannel && !over, beyondChannels: beyond };
}
