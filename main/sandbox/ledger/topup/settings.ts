import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, micros, toDecimal, toMicros } from '../../../../preload/contract/money.ts';
import { Refusal } from '../../api/refusal.ts';
import type { Profile, TopUpRules } from '../../policies/profile.ts';
import type { Ledger } from '../ledger.ts';
import { monthlyMaxOf, nextAmount } from './rules.ts';

const amount = z.int().transform((value): Micros => micros.parse(value));

const settingsSchema = z.object({
  enabled: z.boolean(),
  threshold: amount,
  amount,
  /** The balance afterwards, where the provider tops up to a target (POL-04); else null. */
  target: amount.nullable(),
  monthlyMax: amount.nullable(),
  /** Tried first; null = the default one. */
  methodId: z.string().nullable(),
  /** EXT-16: an addition on a day of the month, whatever the balance; works by itself. */
  schedule: z.object({ dayOfMonth: z.int().min(1).max(31), amount }).nullable(),
});
export type TopUpSettings = z.output<typeof settingsSchema>;

const DOCUMENT = 'top_up.settings';
const CENT = 10_000;
const LARGEST: Micros = toMicros(1_000_000_000_000);

/** How a new account begins: switched off, whatever the provider would like (EXT-14). */
function initialSettings({ policy }: Pick<Profile, 'policy'>, rules: TopUpRules): TopUpSettings {
  const { topUpMin } = policy.amounts;
  return {
    enabled: false,
    threshold: rules.defaultThreshold,
    amount: topUpMin,
    target: rules.amountMode === 'to_target' ? addMicros(rules.defaultThreshold, topUpMin) : null,
    monthlyMax: null,
    methodId: null,
    schedule: null,
  };
}

/** The document of automatic top-up of one account. */
export interface TopUpDocument {
  get(): TopUpSettings;
  /** MUST run in the transaction of the change. */
  put(settings: TopUpSettings): void;
}

export function createTopUpDocument(ledger: Ledger, rules: TopUpRules): TopUpDocument {
  const fallback = initialSettings(ledger.profile, rules);
  return {
    get: () => ledger.settings.get(DOCUMENT, settingsSchema, () => fallback),
    put: (settings) => ledger.settings.put(DOCUMENT, settingsSchema.parse(settings)),
  };
}

/** Marks what settings a price was made on: other settings are another price (3.5, two devices). */
export function markOf(settings: TopUpSettings): string {
  return createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12);
}

const refuse = (pointer: string, detail: string): never => {
  throw new Refusal('out_of_range', { detail, errors: [{ pointer, detail }] });
};

function checkTarget(rules: TopUpRules, settings: TopUpSettings, least: Micros, say: (value: Micros) => string): void {
  const { target, threshold } = settings;
  if (target !== null && target <= threshold) refuse('/target', 'The target has to be above the threshold');
  if (rules.amountMode !== 'to_target') {
    if (target !== null) refuse('/target', 'This provider adds an amount and knows no target');
    return;
  }
  if (target === null) return refuse('/target', 'This provider tops up to a target');
  const lowest = addMicros(threshold, least);
  if (target < lowest) refuse('/target', `At least ${say(lowest)}: ${say(least)} above the threshold`);
}

/** POL-06 and 3.5. Throws out_of_range naming the field. */
export function checkTopUpSettings(profile: Profile, rules: TopUpRules, settings: TopUpSettings): void {
  const { policy, account } = profile;
  const say = (value: Micros): string => `${toDecimal(value)} ${account.currency}`;
  const { topUpMin, thresholdMin } = policy.amounts;
  const { threshold, schedule, monthlyMax } = settings;
  const given = [
    ['/threshold', threshold],
    ['/amount', settings.amount],
    ['/target', settings.target],
    ['/monthly_max', monthlyMax],
    ['/schedule/amount', schedule?.amount ?? null],
  ] as const;
  for (const [pointer, value] of given) {
    if (value === null) continue;
    if (value % CENT !== 0) refuse(pointer, 'Whole cents only');
    if (value > LARGEST) refuse(pointer, `At most ${say(LARGEST)}`);
  }
  if (threshold < thresholdMin) refuse('/threshold', `At least ${say(thresholdMin)}`);
  if (settings.amount < topUpMin) refuse('/amount', `At least ${say(topUpMin)}`);
  checkTarget(rules, settings, topUpMin, say);
  if (schedule && schedule.amount < topUpMin) refuse('/schedule/amount', `At least ${say(topUpMin)}`);
  const max = monthlyMaxOf(rules, settings);
  const one = nextAmount(rules.amountMode, settings, threshold);
  if (max !== null && max < one) refuse('/monthly_max', `At least one top-up, ${say(one)}`);
}
