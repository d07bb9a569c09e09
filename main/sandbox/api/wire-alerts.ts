import type * as z from 'zod';
import type { Micros } from '../../../preload/contract/money.ts';
import { toDecimal } from '../../../preload/contract/money.ts';
import { assertNever } from '../../../preload/contract/result.ts';
import { mayDo } from '../../../preload/contract/roles.ts';
import type { alertSchema, alertSettingsSchema } from '../../provider/api/resources/alerts.ts';
import type { Reason } from '../ledger/alerts/reasons.ts';
import { hoursLeft, isOfBalance } from '../ledger/alerts/reasons.ts';
import type { AlertRecord, SentMessage } from '../ledger/alerts/records.ts';
import type { AlertSettings } from '../ledger/alerts/settings.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { User } from '../ledger/people.ts';
import { amountOf } from '../ledger/topup/offer.ts';
import { money, timestamp } from './wire.ts';

type WireSettings = z.output<typeof alertSettingsSchema>;
type WireAlert = z.output<typeof alertSchema>;

const decimalOrNull = (amount: Micros | null): string | null => (amount === null ? null : toDecimal(amount));

export function wireAlertSettings(settings: AlertSettings): WireSettings {
  return {
    levels: settings.levels.map(toDecimal),
    channels: [...settings.channels],
    sms_to: settings.smsTo,
    webhook_url: settings.webhookUrl,
    hourly_spend: decimalOrNull(settings.hourlySpend),
    daily_spend: decimalOrNull(settings.dailySpend),
  };
}

export function readAlertSettings(body: WireSettings): AlertSettings {
  const orNull = (text: string | null, pointer: string): Micros | null =>
    text === null ? null : amountOf(text, pointer);
  return {
    levels: body.levels.map((level) => amountOf(level, '/levels')),
    channels: body.channels,
    smsTo: body.sms_to,
    webhookUrl: body.webhook_url,
    hourlySpend: orNull(body.hourly_spend, '/hourly_spend'),
    dailySpend: orNull(body.daily_spend, '/daily_spend'),
  };
}

function wireReason(reason: Reason, currency: string, exact: boolean): WireAlert['reasons'][number] {
  switch (reason.kind) {
    case 'low':
      return { kind: reason.kind, level: exact ? money(reason.level, currency) : null };
    case 'spend_hour':
    case 'spend_day':
      return { kind: reason.kind, limit: money(reason.limit, currency), spent: money(reason.spent, currency) };
    case 'top_up_declined':
      return { kind: reason.kind, charge_id: reason.chargeId, code: reason.code, text: reason.text };
    case 'top_up_checking':
    case 'top_up_action_required':
      return { kind: reason.kind, charge_id: reason.chargeId };
    case 'top_up_capped':
      return { kind: reason.kind, by: reason.by, until: timestamp(reason.until) };
    case 'zero':
    case 'negative':
    case 'top_up_paused':
    case 'top_up_no_method':
    case 'top_up_suspended':
      return reason;
    default:
      return assertNever(reason);
  }
}

/** The alert as this person may see it; undefined = nothing of it is for them. */
export function wireAlert(
  ledger: Ledger,
  user: User,
  alert: AlertRecord,
  sent: readonly SentMessage[],
): WireAlert | undefined {
  const { currency } = ledger.profile.account;
  const exact = mayDo(user, 'balance.exact');
  const all = mayDo(user, 'invoices.see');
  const reasons = alert.reasons.filter((reason) => all || isOfBalance(reason));
  if (reasons.length === 0) return undefined;
  const { burnPerHour, balance } = alert;
  return {
    id: alert.id,
    raised_at: timestamp(alert.at),
    reasons: reasons.map((reason) => wireReason(reason, currency, exact)),
    repeated: alert.repeated,
    text: exact && all ? alert.text : null,
    balance: exact ? money(balance, currency) : null,
    burn:
      burnPerHour === null || !exact
        ? null
        : { per_hour: money(burnPerHour, currency), hours_left: hoursLeft(balance, burnPerHour) },
    sent: all ? sent.map(({ channel, recipient }) => ({ channel, recipient })) : [],
    resolved_at: alert.resolvedAt === null ? null : timestamp(alert.resolvedAt),
    acknowledged_at: alert.seenAt === null ? null : timestamp(alert.seenAt),
  };
}
