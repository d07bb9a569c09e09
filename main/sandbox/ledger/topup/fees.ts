import type { Micros } from '../../../../preload/contract/money.ts';
import type { ChargeItem, ChargeTiming } from '../../policies/profile.ts';
import type { Commerce } from '../commerce/commerce.ts';

/** Something the provider charges by itself, once: a port, an address at the emergency services. */
export interface Fee {
  readonly item: Extract<ChargeItem, 'porting' | 'emergency'>;
  readonly amount: Micros;
  readonly description: string;
  /** Names the fee: the same key is the same charge. */
  readonly key: string;
}

/** Begins the charge of a fee in the caller's transaction, paid from what pays for it (TOP-05); answers its id. */
export function chargeFee(commerce: Pick<Commerce, 'automaticCharge'>, fee: Fee, timing: ChargeTiming): string {
  const { item, amount, description } = fee;
  const { chargeId } = commerce.automaticCharge({
    // Like a renewal it waits for no other charge.
    origin: 'renewal',
    kind: 'fee',
    key: `fee:${fee.key}`,
    description,
    lines: [
      {
        id: 'fee',
        item,
        description,
        quantity: 1,
        unitPrice: amount,
        amount,
        timing,
        recurring: 'none',
        subject: null,
        entitled: false,
        taxable: true,
      },
    ],
    paymentMethodId: null,
  });
  return chargeId;
}
