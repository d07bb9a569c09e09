import type { Charge } from '../commerce/charges.ts';
import type { Commerce } from '../commerce/commerce.ts';

/** What automatic top-up needs of commerce: its only way to the card. */
export interface TopUpCommerce {
  automaticCharge: Commerce['automaticCharge'];
  onChange(listener: (charge: Charge) => void): void;
  inFlight: Commerce['inFlight'];
  readonly charges: Pick<Commerce['charges'], 'open' | 'usageIds'>;
  readonly methods: Pick<Commerce['methods'], 'preferred' | 'byId' | 'onRemoveLast'>;
}

/** Something about top-up that people have to be told. */
export type TopUpNotice =
  | { readonly kind: 'top_up_declined'; readonly chargeId: string; readonly code: string; readonly text: string }
  /** EXT-13: it waits for a person. */
  | { readonly kind: 'top_up_paused'; readonly failures: number }
  /** TOP-14: the balance is low and nothing more may be charged. */
  | { readonly kind: 'top_up_capped'; readonly by: 'count' | 'month'; readonly until: number }
  /** EXT-19: the bank wants the person to confirm. */
  | { readonly kind: 'top_up_action_required'; readonly chargeId: string }
  | { readonly kind: 'top_up_no_method' }
  /** R60: a payment went through and the balance did not rise. */
  | { readonly kind: 'top_up_suspended' };

/** Who tells people. Each is called in the transaction of what it tells. */
export interface TopUpTeller {
  notice(notice: TopUpNotice): void;
  /** The balance was added to: one receipt a charge. */
  receipt(charge: Charge): void;
}

/** What the alerts have to wait for (F-15). */
export type Recharge =
  | { readonly kind: 'settled' }
  /** It will be known in a moment whether the balance rises. */
  | { readonly kind: 'working' }
  /** Nobody knows: the card network has not answered, or the money takes days. */
  | { readonly kind: 'checking'; readonly chargeId: string }
  | { readonly kind: 'action_required'; readonly chargeId: string };
