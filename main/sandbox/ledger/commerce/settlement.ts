import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toDecimal, toMicros } from '../../../../preload/contract/money.ts';
import { Refusal } from '../../api/refusal.ts';
import type { ChargeItem } from '../../policies/profile.ts';
import { negated } from '../amounts.ts';
import type { NewUsage } from '../journal.ts';
import type { Ledger } from '../ledger.ts';
import type { People } from '../people.ts';
import type { Charge, ChargedLine, ChargeStore } from './charges.ts';
import { AUTOMATIC } from './charges.ts';
import type { FailedLine } from './offer.ts';
import type { Offers } from './offers.ts';
import type { PricingRules } from './pricing.ts';
import { surchargeOn, totalsOf } from './pricing.ts';
import type { QuoteStore } from './quotes.ts';

/** Delivers what was authorised and books it. */
export interface Settlement {
  /**
   * MUST run in a transaction. Delivers, posts what the balance gains and pays, writes what the next statement asks, and
   * leaves the card's part to be captured: what was delivered alone is charged (EXT-25). `byCard` false = no surcharge.
   */
  settle(charge: Charge, byCard: boolean): Charge;
  /** What a purchase may spend: balance and credit limit. */
  spendable(): Micros;
  /** Refuses what the balance does not cover (VTC-21). */
  requireCovered(amount: Micros): void;
}

interface Parts {
  readonly ledger: Ledger;
  readonly people: People;
  readonly store: ChargeStore;
  readonly quotes: QuoteStore;
  readonly rules: PricingRules;
  readonly offers: Offers;
}

/** Goods whose rows have a kind of their own; any other is a fee. */
const KIND_OF_GOODS: Partial<Record<ChargeItem, NewUsage['kind']>> = {
  credit: 'topup',
  number_setup: 'number',
  number_monthly: 'number',
};

function usageKind(line: ChargedLine): NewUsage['kind'] {
  if (line.kind === 'discount') return 'credit';
  return line.kind === 'item' ? (KIND_OF_GOODS[line.item] ?? 'fee') : 'fee';
}

/** Lines after delivery: what hangs on a failed one fails with it, and the surcharge is on what the card then bears. */
function outcomes(charge: Charge, failed: readonly FailedLine[], rules: PricingRules): readonly ChargedLine[] {
  const details = new Map(failed.map((each) => [each.lineId, each.detail]));
  const lines = charge.lines.map((line): ChargedLine => {
    const detail = details.get(line.id) ?? (line.of === null ? undefined : details.get(line.of));
    return detail === undefined ? { ...line, state: 'delivered' } : { ...line, state: 'failed', detail };
  });
  const delivered = lines.filter((line) => line.state === 'delivered' && line.kind !== 'surcharge');
  const surcharge = surchargeOn(totalsOf(delivered).todayCard, rules);
  return lines.map((line): ChargedLine => {
    if (line.kind !== 'surcharge') return line;
    if (surcharge === 0) return { ...line, state: 'failed', detail: 'Nothing is paid by card' };
    return { ...line, amount: surcharge, unitPrice: surcharge };
  });
}

export function createSettlement(parts: Parts): Settlement {
  const { ledger, people, store, quotes, rules, offers } = parts;
  const { journal, outbox, clock, profile, db } = ledger;
  const insertStatementLine = db.prepare(`
    INSERT INTO statement_lines (charge_id, line_id, kind, item, description, quantity, unit_price, amount, recurring,
      subject, at)
    VALUES (@chargeId, @id, @kind, @item, @description, @quantity, @unitPrice, @amount, @recurring, @subject, @at)`);

  const spendable = (): Micros => addMicros(journal.balance(), profile.policy.creditLimit);

  /** Runs in a savepoint: a delivery that is refused leaves nothing behind, and fails every line. */
  function deliver(charge: Charge): readonly FailedLine[] {
    const quote = charge.quoteId === null ? undefined : quotes.byId(charge.quoteId);
    if (!quote) return [];
    const buyer = charge.owner === AUTOMATIC ? null : (people.user(charge.owner) ?? null);
    const purchase = { chargeId: charge.id, buyer, at: clock.now() };
    try {
      return ledger.write(() => offers.get(quote.kind).deliver(quote.request, quote.draft, purchase));
    } catch (fault) {
      if (fault instanceof Refusal) return failAll(charge, fault.message);
      throw fault;
    }
  }

  function failAll(charge: Charge, detail: string): readonly FailedLine[] {
    return charge.lines.filter((line) => line.of === null).map((line) => ({ lineId: line.id, detail }));
  }

  function post(charge: Charge, line: ChargedLine, amount: Micros, description: string): void {
    if (amount === 0) return;
    const usageId = journal.post(
      {
        kind: usageKind(line),
        priceState: 'priced',
        amount,
        description: description.slice(0, 256),
        chargeId: charge.id,
        ...(charge.owner === AUTOMATIC ? {} : { userId: charge.owner }),
        ...(line.subject === null ? {} : { to: line.subject }),
      },
      clock.now(),
    );
    outbox.append('usage.upserted', clock.now(), { usageId });
  }

  function book(charge: Charge, delivered: readonly ChargedLine[]): void {
    const before = journal.balance();
    for (const line of delivered) {
      if (line.item === 'credit' && line.kind === 'item') post(charge, line, line.amount, charge.description);
    }
    for (const line of delivered) {
      if (line.timing === 'now_balance') post(charge, line, negated(line.amount), line.description);
      if (line.timing === 'next_statement') {
        insertStatementLine.run({ ...line, chargeId: charge.id, at: clock.now() });
      }
    }
    if (journal.balance() !== before) outbox.append('balance.updated', clock.now());
  }

  return {
    spendable,
    requireCovered(amount) {
      const short = toMicros(amount - spendable());
      if (amount <= 0 || short <= 0) return;
      throw new Refusal('not_enough_credit', {
        detail: `Short by ${toDecimal(short)} ${profile.account.currency}`,
      });
    },
    settle(charge, byCard) {
      const isShort = charge.balance > 0 && charge.balance > spendable();
      const failed = isShort ? failAll(charge, 'The balance no longer covers it') : deliver(charge);
      const applied = byCard ? rules : { ...rules, cardSurchargeBasisPoints: 0 };
      const lines = outcomes(charge, failed, applied);
      const delivered = lines.filter((line) => line.state === 'delivered');
      const goods = lines.filter((line) => line.kind === 'item');
      const gone = goods.filter((line) => line.state === 'failed').length;
      const totals = totalsOf(delivered);
      const failedAll = gone === goods.length && goods.length > 0;
      if (!failedAll) book(charge, delivered);
      return store.update(charge.id, {
        state: failedAll ? 'failed' : gone > 0 ? 'partial' : 'done',
        step: charge.step === 'none' ? 'none' : failedAll || totals.todayCard === 0 ? 'release' : 'capture',
        lines,
        card: failedAll ? toMicros(0) : totals.todayCard,
        balance: failedAll ? toMicros(0) : totals.todayBalance,
        statement: failedAll ? toMicros(0) : totals.firstStatement,
        decline: null,
        actionToken: null,
        nextAskAt: null,
      });
    },
  };
}
