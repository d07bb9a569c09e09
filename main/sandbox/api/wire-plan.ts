import type * as z from 'zod';
import type { Micros } from '../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../preload/contract/money.ts';
import type { monthOfMetersSchema, planSchema, trunksSchema } from '../../provider/api/resources/plan.ts';
import type { ChannelModel } from '../policies/profile.ts';
import { dayOf, isoMonth } from '../ledger/calendar.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { MonthOfMeters } from '../ledger/meters/meters.ts';
import { calculate } from '../ledger/plan/calculation.ts';
import type { Capacity } from '../ledger/plan/capacity.ts';
import { kindsOf } from '../ledger/plan/capacity.ts';
import type { Planning } from '../ledger/plan/planning.ts';
import { money, timestamp } from './wire.ts';

/** The plan as the API tells it. */
export function wirePlan(ledger: Ledger, { plan }: Planning): z.output<typeof planSchema> {
  const { currency } = ledger.profile.account;
  const view = plan.view();
  const amount = (value: Micros) => money(value, currency);
  const { subscription } = view;
  return {
    name: view.name,
    state: view.missing.length > 0 ? 'not_set_up' : 'active',
    missing: [...view.missing],
    items: view.items.map((item) => ({
      id: item.id,
      group: item.group,
      item: item.item,
      description: item.description,
      quantity: item.quantity,
      unit_price: amount(item.unitPrice),
      discount: amount(item.discount),
      total: amount(item.total),
      timing: item.timing,
      next_due: timestamp(item.nextDue),
    })),
    total_due: amount(view.total),
    due_at: view.dueAt === null ? null : timestamp(view.dueAt),
    subscription: subscription && {
      package: subscription.package,
      seats: subscription.seats,
      seat_price: amount(calculate(subscription.seat, 1).unitPrice),
      price: amount(subscription.price),
      free_credit: {
        percent: subscription.freeCredit.percent,
        amount: amount(subscription.freeCredit.amount),
        next_grant_at: timestamp(subscription.freeCredit.nextGrantAt),
      },
    },
    carrier_billed_elsewhere: view.carrierBilledElsewhere,
    as_of: timestamp(ledger.clock.now()),
  };
}

const limitsOf = (model: ChannelModel) => kindsOf(model).map(({ kind, count }) => ({ kind, limit: count }));

/** Channels as the API tells them; -1 stays -1. */
export function wireTrunks(ledger: Ledger, capacity: Capacity, planning: Planning): z.output<typeof trunksSchema> {
  const { account, plan } = ledger.profile;
  const { trunks } = plan;
  const model = capacity.current();
  const pending = capacity.pending();
  const now = ledger.clock.now();
  return {
    model: model.kind,
    kinds: kindsOf(model).map(({ kind, count }) => ({
      kind,
      limit: count,
      unit_price: money(calculate(trunks.prices[kind], Math.max(1, count)).unitPrice, account.currency),
      monthly: money(calculate(trunks.prices[kind], Math.max(0, count)).total, account.currency),
    })),
    in_use: planning.trunkUse.now(),
    maximum: trunks.maximum,
    changed_by: trunks.changedBy,
    lowered: trunks.lowered,
    pending: pending && { at: timestamp(pending.at), kinds: limitsOf(pending.model) },
    peak_this_month: planning.trunkUse.peak(planning.meters.month(now)),
    as_of: timestamp(now),
  };
}

/** A month of meters; a running one with its forecast. */
export function wireMeters(
  ledger: Ledger,
  { meters }: Planning,
  read: MonthOfMeters,
): z.output<typeof monthOfMetersSchema> {
  const { currency, timeZone } = ledger.profile.account;
  const now = ledger.clock.now();
  const final = read.period.to <= now;
  const forecast = final ? [] : meters.forecast(now);
  return {
    month: isoMonth(dayOf(read.period.from, timeZone)),
    time_zone: timeZone,
    from: timestamp(read.period.from),
    to: timestamp(read.period.to),
    final,
    meters: read.readings.map((reading) => {
      const expected = forecast.find((each) => each.meter === reading.meter);
      return {
        meter: reading.meter,
        rule: reading.rule,
        quantity: reading.quantity,
        unit_price: money(reading.unitPrice, currency),
        discount: money(reading.discount, currency),
        total: money(reading.total, currency),
        billed: reading.billed,
        forecast: expected ? { quantity: expected.quantity, total: money(expected.total, currency) } : null,
      };
    }),
    total: money(read.total, currency),
    forecast_total: final ? null : money(addMicros(toMicros(0), ...forecast.map((each) => each.total)), currency),
    as_of: timestamp(now),
  };
}
