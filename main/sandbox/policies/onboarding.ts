import type { NumberType } from './number-market.ts';

/** SIPUS-02: how far an account has come. Calls can be made in any of them; an initial order only in `full_no_order`. */
export const ACCOUNT_STATES = ['applied', 'vetting', 'full_no_order', 'active'] as const;
export type AccountState = (typeof ACCOUNT_STATES)[number];

/** The types an initial order counts (SIPUS-15 to SIPUS-18, SIPUS-22). */
export const ORDERED_TYPES = ['standard', 'enhanced', 'toll_free'] as const satisfies readonly NumberType[];
export type OrderedType = (typeof ORDERED_TYPES)[number];

/** How a new customer becomes one, where that takes an initial order (SIPUS-01). */
export interface OnboardingRules {
  /** What the seeded account has come to. */
  readonly startsIn: AccountState;
  /** How long an application waits, and how long vetting takes. */
  readonly appliedMs: number;
  readonly vettingMs: number;
  /** What is waited for, in plain words. */
  readonly pending: Readonly<Record<'applied' | 'vetting', string>>;
  /** The fewest channels an order may have (SIPUS-07). */
  readonly minimumChannels: number;
}

const MINUTE_MS = 60_000;

export const SIPUS_ONBOARDING: OnboardingRules = {
  startsIn: 'active',
  appliedMs: 2 * MINUTE_MS,
  vettingMs: 5 * MINUTE_MS,
  pending: {
    applied: 'The application has been received; vetting has not begun yet.',
    vetting: 'The provider is checking who you are and what the account is for. Nothing is needed from you.',
  },
  minimumChannels: 1,
};
