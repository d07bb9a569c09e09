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

/** What pays for a renewal: POL-12 where it names one, else what pays for numbers (POL-15). */
export function renewalPaidFrom(policy: Rules): PaidFrom {
  const timing = policy.charging.number_monthly;
  return timing === undefined || timing === 'anniversary' ? policy.numbersFundedBy : BY_TIMING[timing];
}

/** What pays for setting a number up. */
export function setupPaidFrom(policy: Rules): PaidFrom {
  const timing = policy.charging.number_setup;
  return timing === undefined || timing === 'anniversary' ? policy.numbersFundedBy : BY_TIMING[timing];
}

/** Whether months begin on the 1st for everybody, the first one shortened. */
export const renewsOnFirst = (policy: Rules): boolean => policy.charging.number_monthly === 'calendar_1st_prorated';

/** The timing of a quote line that is paid from there at once. */
export const LINE_TIMING = {
  balance: 'now_balance',
  card: 'now_card',
  statement: 'next_statement',
} as const satisfies Readonly<Record<PaidFrom, ChargeTiming>>;
