import * as z from 'zod';
import type { Micros } from '../../../../preload/contract/money.ts';
import { micros, toDecimal, toMicros } from '../../../../preload/contract/money.ts';
import { Refusal } from '../../api/refusal.ts';
import type { Ledger } from '../ledger.ts';

const amount = z.int().transform((value): Micros => micros.parse(value));

export const ALERT_CHANNELS = ['in_app', 'mail', 'sms', 'webhook'] as const;
export type AlertChannel = (typeof ALERT_CHANNELS)[number];

const settingsSchema = z.object({
  /** In falling order, none below 0. A balance below 0 is told whatever is here (EXT-11). */
  levels: z.array(amount),
  channels: z.array(z.enum(ALERT_CHANNELS)),
  smsTo: z.string().nullable(),
  webhookUrl: z.string().nullable(),
  /** What calls may cost in an hour or a day before it is told; null = not told. */
  hourlySpend: amount.nullable(),
  dailySpend: amount.nullable(),
});
export type AlertSettings = z.output<typeof settingsSchema>;

const DOCUMENT = 'alerts.settings';
export const MOST_LEVELS = 8;
const LARGEST: Micros = toMicros(1_000_000_000_000);

/** The settings in force; POL-14 until somebody changes them. */
export function alertSettings(ledger: Pick<Ledger, 'settings' | 'profile'>): AlertSettings {
  const { levels, channels } = ledger.profile.policy.alerts;
  return ledger.settings.get(DOCUMENT, settingsSchema, () => ({
    levels: [...levels],
    channels: [...channels],
    smsTo: null,
    webhookUrl: null,
    hourlySpend: null,
    dailySpend: null,
  }));
}

/** MUST run in the transaction of the change. */
export function putAlertSettings(ledger: Pick<Ledger, 'settings'>, settings: AlertSettings): void {
  ledger.settings.put(DOCUMENT, settingsSchema.parse(settings));
}

const refuse = (pointer: string, detail: string): never => {
  throw new Refusal('out_of_range', { detail, errors: [{ pointer, detail }] });
};

/** Throws out_of_range naming the field. */
export function checkAlertSettings(settings: AlertSettings): void {
  const { levels, channels, hourlySpend, dailySpend } = settings;
  if (levels.length > MOST_LEVELS) refuse('/levels', `At most ${MOST_LEVELS}`);
  if (levels.some((level) => level < 0 || level > LARGEST)) refuse('/levels', `Between 0 and ${toDecimal(LARGEST)}`);
  if (new Set(levels).size !== levels.length) refuse('/levels', 'Each level once');
  if (channels.length === 0) refuse('/channels', 'At least one: a balance below 0 is always told');
  if (new Set(channels).size !== channels.length) refuse('/channels', 'Each channel once');
  if (channels.includes('sms') && settings.smsTo === null) refuse('/sms_to', 'Needed for text messages');
  if (channels.includes('webhook') && settings.webhookUrl === null) refuse('/webhook_url', 'Needed for the webhook');
  if (hourlySpend !== null && hourlySpend <= 0) refuse('/hourly_spend', 'More than 0');
  if (dailySpend !== null && dailySpend <= 0) refuse('/daily_spend', 'More than 0');
}
