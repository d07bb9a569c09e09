import type { Micros } from '../../../../preload/contract/money.ts';
import type { AccountPolicy, ChargeItem, ChargeTiming } from '../../policies/profile.ts';
import { LINE_TIMING, paidFrom } from '../numbers/timing.ts';
import type { TopUpSettings } from './settings.ts';

/**
 * TOP-05: what pays for something. A fee the provider adds by itself comes from the balance where it is strictly less
 * than the top-up amount, else from the card; purchases from the store and monthly changes are paid as POL-12 says, a fee of a single day with the pot
 * its monthly charges come from.
 */
export function fundingOf(
  policy: Pick<AccountPolicy, 'topUp' | 'charging'>,
  settings: Pick<TopUpSettings, 'enabled' | 'amount'> | null,
  item: ChargeItem,
  amount: Micros,
): ChargeTiming {
  if (policy.topUp?.coversFees.includes(item) === true) {
    return settings?.enabled === true && amount < settings.amount ? 'now_balance' : 'now_card';
  }
  return LINE_TIMING[paidFrom(policy.charging[item] ?? 'now_card', 'balance')];
}
