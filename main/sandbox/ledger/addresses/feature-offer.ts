import { toDecimal, toMicros } from '../../../../preload/contract/money.ts';
import { Refusal } from '../../api/refusal.ts';
import type { Draft, DraftLine, Offer, Warning } from '../commerce/offer.ts';
import type { Ledger } from '../ledger.ts';
import type { Market } from '../numbers/market.ts';
import type { OwnedRow, OwnedRows } from '../numbers/rows.ts';
import { isHeld } from '../numbers/states.ts';
import { LINE_TIMING, renewalPaidFrom, setupPaidFrom } from '../numbers/timing.ts';
import { calculate } from '../plan/calculation.ts';

interface Parts {
  readonly ledger: Ledger;
  readonly rows: OwnedRows;
  readonly market: Pick<Market, 'rules'>;
}

/**
 * Makes a number one that may call for help (SIPUS-21): another type of number from then on, with what that type costs
 * more every month. Afterwards an address is registered for it, which is not part of this purchase.
 */
export function numberFeatureOffer({ ledger, rows, market }: Parts): Offer<'number_feature'> {
  const { profile, outbox } = ledger;
  const { policy, plan, account } = profile;
  const { conversion } = profile.emergencyService;

  const productOf = (row: OwnedRow, type: string) =>
    market.rules.countries
      .find((each) => each.country === row.country)
      ?.products.find((product) => product.type === type);

  function target(number: string) {
    const row = rows.find(number);
    if (!row || !isHeld(row.state)) throw new Refusal('not_found', { detail: 'The account has no such number' });
    if ((JSON.parse(row.capabilities) as string[]).includes('emergency')) {
      throw new Refusal('conflict', { detail: 'It can call for help already' });
    }
    if (!conversion || row.type !== conversion.from) {
      throw new Refusal('not_offered', { detail: 'A number of this type cannot be made one for emergency calls' });
    }
    const [from, to] = [productOf(row, conversion.from), productOf(row, conversion.to)];
    if (!to) throw new Refusal('not_offered', { detail: 'There is no such number in its country' });
    return { row, to, setup: conversion.setup, more: toMicros(Math.max(0, to.monthly - (from?.monthly ?? 0))) };
  }

  function warnings(): readonly Warning[] {
    const monthly = plan.emergency ? calculate(plan.emergency, 1).total : toMicros(0);
    const say = `${toDecimal(monthly)} ${account.currency}`;
    const cost = { code: 'registration_costs', text: `A registered address costs ${say} a month from then on.` };
    const text = 'It calls for help only once an address is registered for it.';
    return [{ code: 'address_needed', text }, ...(monthly > 0 ? [cost] : [])];
  }

  return {
    kind: 'number_feature',
    action: 'numbers.manage',
    price({ number }): Draft {
      const { setup, more } = target(number);
      const about = { quantity: 1, subject: number, entitled: false, taxable: true } as const;
      const monthly: DraftLine = {
        ...about,
        id: 'monthly',
        item: 'number_monthly',
        description: `${number} as Enhanced, more every month`,
        unitPrice: more,
        amount: more,
        timing: LINE_TIMING[renewalPaidFrom(policy)],
        recurring: 'monthly',
      };
      const once: DraftLine = {
        ...about,
        id: 'setup',
        item: 'number_setup',
        description: `${number} made Enhanced, once`,
        unitPrice: setup,
        amount: setup,
        timing: LINE_TIMING[setupPaidFrom(policy)],
        recurring: 'none',
      };
      return { lines: setup > 0 ? [once, monthly] : [monthly], warnings: warnings(), summary: `${number} as Enhanced` };
    },
    deliver({ number }, _draft, { at }) {
      const { row, to, more } = target(number);
      rows.change(number, {
        type: to.type,
        capabilities: JSON.stringify(to.capabilities),
        monthly: toMicros(row.monthly + more),
      });
      outbox.append('numbers.updated', at, { subject: number });
      return [];
    },
  };
}
