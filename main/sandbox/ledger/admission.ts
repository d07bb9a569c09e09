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
  readonly channels: ChannelsInUse;
  readonly balance: Micros;
  /** What the metered calls in progress cost so far, each with its next minute (F-06). */
  readonly runningCost: Micros;
}

export type Decision =
  | { readonly kind: 'admitted'; readonly metered: boolean; readonly holdsChannel: boolean }
  | Extract<Admission, { kind: 'refused' }>;

/** True when one more leg fits (SIPUS-09; F-05: what is over in either direction spills into two-way). */
export function channelFree(model: ChannelModel, inUse: ChannelsInUse, direction: 'outbound' | 'inbound'): boolean {
  const next = { ...inUse, [direction]: inUse[direction] + 1 };
  if (model.kind === 'pooled') return next.inbound + next.outbound <= model.count;
  const over = Math.max(0, next.inbound - model.inbound) + Math.max(0, next.outbound - model.outbound);
  return over <= model.twoWay;
}

function totalChannels(model: ChannelModel): number {
  return model.kind === 'pooled' ? model.count : model.inbound + model.outbound + model.twoWay;
}

function stoppedAtZero(policy: AccountPolicy, direction: 'outbound' | 'inbound', metered: boolean): boolean {
  switch (policy.newCallsAtZero) {
    case 'none':
      return false;
    case 'outbound_metered':
      return metered && direction === 'outbound';
    case 'all_metered':
      return metered;
    case 'all_incl_inbound':
      return true;
    default:
      return assertNever(policy.newCallsAtZero);
  }
}

/**
 * Decides about a leg in the order of F-04: emergency first and never revisited, then the freeze, the channels, the
 * money. What can be spent is balance + credit limit - running costs - reserve, and must be above 0 (F-06).
 */
export function decideAdmission(policy: AccountPolicy, leg: AdmissionCase): Decision {
  if (leg.emergency) return { kind: 'admitted', metered: false, holdsChannel: false };

  if (leg.frozen) return { kind: 'refused', sipCode: 403, reason: 'Calling is suspended for this account' };

  const needsChannel = !policy.channelExempt.includes(leg.callClass);
  const free = channelFree(policy.channels, leg.channels, leg.direction);
  if (needsChannel && !free && policy.channelOverflow === 'fail') {
    return {
      kind: 'refused',
      sipCode: 503,
      reason: `All ${totalChannels(policy.channels)} channels in use`,
      q850Cause: Q850_NO_CHANNEL,
    };
  }

  const inPlan = policy.included.includes(leg.callClass);
  const overflows = needsChannel && !free;
  const metered = leg.rated || (inPlan && overflows);
  const spendable = addMicros(
    leg.balance,
    policy.creditLimit,
    negated(leg.runningCost),
    negated(policy.admissionReserve),
  );
  if (spendable <= 0 && stoppedAtZero(policy, leg.direction, metered)) {
    return { kind: 'refused', sipCode: 402, reason: 'Balance used up' };
  }
  return { kind: 'admitted', metered, holdsChannel: needsChannel && !overflows };
}
