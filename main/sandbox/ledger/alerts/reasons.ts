import * as z from 'zod';
import type { Micros } from '../../../../preload/contract/money.ts';
import { micros, toDecimal } from '../../../../preload/contract/money.ts';
import { assertNever } from '../../../../preload/contract/result.ts';

const amount = z.int().transform((value): Micros => micros.parse(value));

/** Why people are told something. */
export const reasonSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('low'), level: amount }),
  z.object({ kind: z.literal('zero') }),
  z.object({ kind: z.literal('negative') }),
  z.object({ kind: z.literal('spend_hour'), limit: amount, spent: amount }),
  z.object({ kind: z.literal('spend_day'), limit: amount, spent: amount }),
  z.object({ kind: z.literal('top_up_declined'), chargeId: z.string(), code: z.string(), text: z.string() }),
  /** F-15: whether the balance rises is not known yet. */
  z.object({ kind: z.literal('top_up_checking'), chargeId: z.string() }),
  z.object({ kind: z.literal('top_up_action_required'), chargeId: z.string() }),
  z.object({ kind: z.literal('top_up_capped'), by: z.enum(['count', 'month']), until: z.int() }),
  z.object({ kind: z.literal('top_up_paused'), failures: z.int() }),
  z.object({ kind: z.literal('top_up_no_method') }),
  z.object({ kind: z.literal('top_up_suspended') }),
]);
export type Reason = z.output<typeof reasonSchema>;

/** About the balance itself, which everybody may know the state of. */
export function isOfBalance(reason: Reason): boolean {
  return reason.kind === 'low' || reason.kind === 'zero' || reason.kind === 'negative';
}

function sentence(reason: Reason, say: (amount: Micros) => string, when: (at: number) => string): string {
  switch (reason.kind) {
    case 'low':
      return `The balance is down to the level of ${say(reason.level)}.`;
    case 'zero':
      return 'The balance is used up.';
    case 'negative':
      return 'The balance is below zero.';
    case 'spend_hour':
      return `Calls of this hour cost ${say(reason.spent)}; you asked to know from ${say(reason.limit)} on.`;
    case 'spend_day':
      return `Calls of today cost ${say(reason.spent)}; you asked to know from ${say(reason.limit)} on.`;
    case 'top_up_declined':
      return `The automatic top-up was refused: ${reason.text}.`;
    case 'top_up_checking':
      return 'The automatic top-up is being checked: it is not known yet whether it went through.';
    case 'top_up_action_required':
      return 'The automatic top-up waits for you: your bank wants it confirmed.';
    case 'top_up_capped': {
      const limit = reason.by === 'count' ? 'all automatic top-ups allowed for now' : 'the limit of the month';
      return `Reached: ${limit}. The next one can be at ${when(reason.until)}; you can add credit yourself at once.`;
    }
    case 'top_up_paused':
      return `Automatic top-up is paused after ${reason.failures} refused payments, until somebody looks at it.`;
    case 'top_up_no_method':
      return 'There is no payment method automatic top-up could charge.';
    case 'top_up_suspended':
      return 'Automatic top-up was stopped: a payment went through and the balance did not rise. Support has to look at it.';
    default:
      return assertNever(reason);
  }
}

/** What an alert says, in plain words. */
export interface Words {
  readonly currency: string;
  readonly timeZone: string;
  readonly balance: Micros;
  /** TOP-17; null where it does not matter. */
  readonly burnPerHour: Micros | null;
}

/** Whole hours the balance lasts at that rate, rounded down; null = it lasts, or there is none left. */
export function hoursLeft(balance: Micros, burnPerHour: Micros | null): number | null {
  return burnPerHour === null || burnPerHour <= 0 || balance <= 0 ? null : Math.floor(balance / burnPerHour);
}

export function alertText(reasons: readonly Reason[], words: Words): string {
  const say = (value: Micros): string => `${toDecimal(value)} ${words.currency}`;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: words.timeZone,
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  const parts = reasons.map((reason) => sentence(reason, say, (at) => format.format(at)));
  parts.push(`It is ${say(words.balance)} now.`);
  if (words.burnPerHour !== null && words.burnPerHour > 0) {
    const left = hoursLeft(words.balance, words.burnPerHour);
    const lasts = left === null ? '' : `, enough for about ${left} hours`;
    parts.push(`Calls cost ${say(words.burnPerHour)} an hour of late${lasts}.`);
  }
  return parts.join(' ');
}
