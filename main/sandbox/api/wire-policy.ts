import type * as z from 'zod';
import type { Micros } from '../../../preload/contract/money.ts';
import type { policySchema } from '../../provider/api/resources/policy.ts';
import type { FreezeState } from '../ledger/calls/freeze.ts';
import { alertSettings } from '../ledger/alerts/settings.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { AccountPolicy, TopUpRules } from '../policies/profile.ts';
import { SPECIAL_NUMBERS } from '../scenarios/special-numbers.ts';
import { money, timestamp } from './wire.ts';

type WirePolicy = z.output<typeof policySchema>;
type ToMoney = (amount: Micros) => WirePolicy['admission_reserve'];

const seconds = (ms: number): number => Math.round(ms / 1000);

function wireTopUp(rules: TopUpRules, amount: ToMoney): NonNullable<WirePolicy['top_up']> {
  const { cap } = rules;
  return {
    comparator: rules.comparator,
    amount_mode: rules.amountMode,
    cap: {
      count: cap.count,
      window_seconds: seconds(cap.windowMs),
      window_kind: cap.windowKind,
      counts_failed: cap.countsFailed,
      counts_manual: cap.countsManual,
      monthly_max: cap.monthlyMax === null ? null : amount(cap.monthlyMax),
      pause_after_failures: cap.pauseAfterFailures,
    },
  };
}

function wireAlerts(alerts: AccountPolicy['alerts'], amount: ToMoney): WirePolicy['alerts'] {
  return {
    levels: alerts.levels.map(amount),
    comparator: alerts.comparator,
    channels: [...alerts.channels],
    repeat_every_seconds: alerts.repeatEveryMs === null ? null : seconds(alerts.repeatEveryMs),
    suppressed_by_top_up: alerts.suppressedByTopUp,
  };
}

function wireMoneyRules(policy: AccountPolicy, amount: ToMoney) {
  const { amounts, rating } = policy;
  return {
    top_up: policy.topUp && wireTopUp(policy.topUp, amount),
    amounts: {
      manual_min: amount(amounts.manualMin),
      manual_max: amounts.manualMax === null ? null : amount(amounts.manualMax),
      top_up_min: amount(amounts.topUpMin),
      threshold_min: amount(amounts.thresholdMin),
    },
    rating: {
      minimum_seconds: rating.minSec,
      increment_seconds: rating.incSec,
      free_seconds: rating.freeSec,
      setup_fee: amount(rating.setupFee),
      scope: rating.scope,
      rounding: 'half_up' as const,
    },
    charging: { ...policy.charging },
    alerts: wireAlerts(policy.alerts, amount),
    refund: { ...policy.refund },
    credits: {
      order: policy.credits.order,
      rollover: policy.credits.rollover,
      expiry_days: policy.credits.expiryDays,
    },
    trial: policy.trial && {
      credit: amount(policy.trial.credit),
      may_fund: policy.trial.mayFund,
      restrictions: [...policy.trial.restrictions],
    },
    card_surcharge_percent: (policy.cardSurchargeBasisPoints / 100).toFixed(2),
    admission_reserve: amount(policy.admissionReserve),
  };
}

/** The rules of the account as the API tells them, every POL field of requirements.md 1.6. */
export function wirePolicy(ledger: Ledger, freeze: FreezeState): WirePolicy {
  const { policy, account, emergencyService } = ledger.profile;
  const { unregisteredCallFee } = emergencyService;
  const amount: ToMoney = (each) => money(each, account.currency);
  const row = ledger.db.prepare<[], { created_at: number }>('SELECT created_at FROM account').get();
  return {
    ...wireMoneyRules({ ...policy, alerts: { ...policy.alerts, levels: alertSettings(ledger).levels } }, amount),
    zero: {
      active_calls: policy.activeCallsAtZero,
      new_calls: { stop: policy.newCallsAtZero, block_at: amount(policy.blockAt) },
      freeze: policy.freeze && {
        grace_seconds: seconds(policy.freeze.graceMs),
        freezes_at: freeze.freezesAt === null ? null : timestamp(freeze.freezesAt),
        frozen: freeze.frozen,
      },
    },
    channels: {
      model: policy.channels.kind,
      exempt: [...policy.channelExempt],
      overflow: policy.channelOverflow,
    },
    included: [...policy.included],
    inbound_rated: policy.inboundRated,
    renewal_clamp: policy.renewalClamp,
    numbers: {
      funded_by: policy.numbersFundedBy,
      release: policy.numberRelease,
      hold_after_suspend: { ...policy.holdAfterSuspend },
    },
    meters: {
      devices: policy.meters.devices,
      trunks: policy.meters.trunks,
      video: policy.meters.video,
      on_net_factor: policy.meters.onNetFactor,
    },
    unfreeze: { at: policy.unfreeze.at, delay_seconds: seconds(policy.unfreeze.delayMs) },
    emergency: {
      numbers: [...policy.emergency.numbers],
      test_number: policy.emergency.testNumber,
      enabled_caller_ids: ledger.db
        .prepare<[], string>(`SELECT number FROM numbers WHERE emergency = 'registered' ORDER BY number`)
        .pluck()
        .all(),
      disclosure: policy.emergency.disclosure,
      unregistered_call_fee: unregisteredCallFee === null ? null : amount(unregisteredCallFee),
    },
    media: policy.media,
    contact: { ...policy.contact },
    links: {
      refund_policy: policy.links.refundPolicy,
      emergency_notice: policy.links.emergencyNotice,
      help: policy.links.help,
    },
    test_numbers: SPECIAL_NUMBERS.map(({ number, shortCode, label }) => ({ number, short_code: shortCode, label })),
    effective_from: timestamp(row?.created_at ?? 0).slice(0, 10),
    as_of: timestamp(ledger.clock.now()),
  };
}
