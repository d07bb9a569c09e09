import type { ChargeTiming, Profile } from '../../policies/profile.ts';

/** What pays. The first month of a purchase is POL-15's alone. */
export type PaidFrom = 'balance' | 'card' | 'statement';

const BY_TIMING: Readonly<Record<Exclude<ChargeTiming, 'anniversary'>, PaidFrom>> = {
  now_balance: 'balance',
  now_card: 'card',
  next_statement: 'statement',
  calendar_1st_prorated: 'statement',
  arrears_peak: 'statement',
};

type Rules = Pick<Profile['policy'], 'charging' | 'numbersFundedBy'>;

/** What pays at a timing of POL-12; `otherwise` where that names a day and no pot. */
export function paidFrom(timing: ChargeTiming | undefined, otherwise: PaidFrom): PaidFrom {
  return timing === undefined || timing === 'anniversary' ? otherwise : BY_TIMING[timing];
}

/** What pays for a renewal: POL-12 where it names one, else what pays for numbers (POL-15). */
export function renewalPaidFrom(policy: Rules): PaidFrom {
  return paidFrom(policy.charging.number_monthly, policy.numbersFundedBy);
}

/** What pays for setting a number up. */
export function setupPaidFrom(policy: Rules): PaidFrom {
  return paidFrom(policy.charging.number_setup, policy.numbersFundedBy);
}

/** Whether months begin on the 1st for everybody, the first one shortened. */
export const renewsOnFirst = (policy: Rules): boolean => policy.charging.number_monthly === 'calendar_1st_prorated';

/** The timing of a quote line that is paid from there at once. */
export const LINE_TIMING = {
  balance: 'now_balance',
  card: 'now_card',
  statement: 'next_statement',
} as const satisfies Readonly<Record<PaidFrom, ChargeTiming>>;
