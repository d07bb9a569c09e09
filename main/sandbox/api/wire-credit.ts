import type * as z from 'zod';
import type { Micros } from '../../../preload/contract/money.ts';
import type { bucketSchema, creditsSchema } from '../../provider/api/resources/credit.ts';
import type { Credit } from '../ledger/credit/credit.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { money, timestamp } from './wire.ts';

type WireCredits = z.output<typeof creditsSchema>;

const expiry = (at: number | null): string | null => (at === null ? null : timestamp(at));
const percent = (basisPoints: number): string => (basisPoints / 100).toFixed(2);

/** The balance in its parts, in the order they are used. */
export function wireBuckets(ledger: Ledger, credit: Credit): z.output<typeof bucketSchema>[] {
  const { policy, account } = ledger.profile;
  const lots = credit.lots.open().map((lot) => ({
    lot_id: lot.id,
    kind: lot.kind,
    amount: money(lot.remaining, account.currency),
    expires_at: expiry(lot.expiresAt),
  }));
  const amount = money(credit.paid(), account.currency);
  const paid = { lot_id: null, kind: 'paid' as const, amount, expires_at: null };
  return policy.credits.order === 'free_first' ? [...lots, paid] : [paid, ...lots];
}

export function wireCredits(ledger: Ledger, credit: Credit): WireCredits {
  const { policy, account } = ledger.profile;
  const amount = (micros: Micros): WireCredits['free'] => money(micros, account.currency);
  const next = credit.nextGrant();
  return {
    lots: credit.lots.open().map((lot) => ({
      id: lot.id,
      kind: lot.kind,
      granted: amount(lot.granted),
      remaining: amount(lot.remaining),
      granted_at: timestamp(lot.grantedAt),
      expires_at: expiry(lot.expiresAt),
      usage_id: lot.usageId,
    })),
    free: amount(credit.lots.free()),
    paid: amount(credit.paid()),
    order: policy.credits.order,
    rollover: policy.credits.rollover,
    next_grant: next
      ? {
          at: timestamp(next.at),
          amount: amount(next.amount),
          package: next.package.name,
          seats: next.package.seats,
          price_per_seat: amount(next.package.perSeat),
          subscription: amount(next.subscription),
          percent: percent(next.basisPoints),
          shares: next.package.shares.map((each) => ({
            from_seats: each.fromSeats,
            percent: percent(each.basisPoints),
          })),
        }
      : null,
    as_of: timestamp(ledger.clock.now()),
  };
}
