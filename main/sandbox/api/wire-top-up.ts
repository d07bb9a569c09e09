import type * as z from 'zod';
import type { Micros } from '../../../preload/contract/money.ts';
import { toDecimal } from '../../../preload/contract/money.ts';
import { assertNever } from '../../../preload/contract/result.ts';
import type { topUpRowSchema, topUpSettingsSchema, topUpStatusSchema } from '../../provider/api/resources/top-up.ts';
import type { Charge } from '../ledger/commerce/charges.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { TopUpState } from '../ledger/topup/keeper.ts';
import { amountOf } from '../ledger/topup/offer.ts';
import type { TopUpSettings } from '../ledger/topup/settings.ts';
import type { TopUp } from '../ledger/topup/topup.ts';
import type { TopUpTry } from '../ledger/topup/tries.ts';
import { Refusal } from './refusal.ts';
import { money, timestamp } from './wire.ts';

type WireSettings = z.output<typeof topUpSettingsSchema>;
type WireStatus = z.output<typeof topUpStatusSchema>;
type WireRow = z.output<typeof topUpRowSchema>;

const decimalOrNull = (amount: Micros | null): string | null => (amount === null ? null : toDecimal(amount));

export function wireTopUpSettings(settings: TopUpSettings): WireSettings {
  const { schedule } = settings;
  return {
    enabled: settings.enabled,
    threshold: toDecimal(settings.threshold),
    amount: toDecimal(settings.amount),
    target: decimalOrNull(settings.target),
    monthly_max: decimalOrNull(settings.monthlyMax),
    payment_method_id: settings.methodId,
    schedule: schedule && { day_of_month: schedule.dayOfMonth, amount: toDecimal(schedule.amount) },
  };
}

export function readTopUpSettings(body: WireSettings): TopUpSettings {
  const { schedule } = body;
  return {
    enabled: body.enabled,
    threshold: amountOf(body.threshold, '/threshold'),
    amount: amountOf(body.amount, '/amount'),
    target: body.target === null ? null : amountOf(body.target, '/target'),
    monthlyMax: body.monthly_max === null ? null : amountOf(body.monthly_max, '/monthly_max'),
    methodId: body.payment_method_id,
    schedule: schedule && {
      dayOfMonth: schedule.day_of_month,
      amount: amountOf(schedule.amount, '/schedule/amount'),
    },
  };
}

function wireState(state: TopUpState): WireStatus['state'] {
  switch (state.kind) {
    case 'charging':
    case 'action_required':
      return { kind: state.kind, charge_id: state.chargeId };
    case 'cooling_down':
      return { kind: state.kind, until: timestamp(state.until) };
    case 'capped':
      return { kind: state.kind, by: state.by, until: timestamp(state.until) };
    case 'suspended_by_provider':
      return { kind: state.kind, since: timestamp(state.since), reason: state.reason };
    case 'off':
    case 'armed':
    case 'paused_failures':
    case 'no_method':
      return state;
    default:
      return assertNever(state);
  }
}

export function wireTopUpStatus(ledger: Ledger, topUp: TopUp): WireStatus {
  const { currency } = ledger.profile.account;
  const amount = (value: Micros): WireStatus['advice']['amount'] => money(value, currency);
  const { state } = topUp.standing();
  const preview = topUp.preview();
  const nextAt = topUp.nextPossibleAt(state);
  return {
    state: wireState(state),
    next_possible_at: nextAt === null ? null : timestamp(nextAt),
    preview: {
      at_threshold: amount(preview.atThreshold),
      can_be_larger: preview.canBeLarger,
      ceiling_per_window: preview.perWindow === null ? null : amount(preview.perWindow),
      ceiling_per_month: preview.perMonth === null ? null : amount(preview.perMonth),
    },
    advice: { dearest_day: amount(preview.dearestDay), amount: amount(preview.advised) },
    as_of: timestamp(ledger.clock.now()),
  };
}

export function wireTopUpRow(ledger: Ledger, row: TopUpTry, charge: Charge | undefined): WireRow {
  if (!charge || row.origin === 'manual') throw new Refusal('internal', { detail: 'A top-up without its charge' });
  const { currency } = ledger.profile.account;
  return {
    charge_id: row.chargeId,
    origin: row.origin,
    state: charge.state,
    amount: money(row.amount, currency),
    balance_before: money(row.balanceBefore, currency),
    threshold: money(row.threshold, currency),
    decline: charge.decline && { code: charge.decline.code, text: charge.decline.text },
    description: charge.description,
    begun_at: timestamp(row.at),
    ended_at: row.endedAt === null ? null : timestamp(row.endedAt),
  };
}
