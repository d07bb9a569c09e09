import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toDecimal, toMicros } from '../../../../preload/contract/money.ts';
import { Refusal } from '../../api/refusal.ts';
import type { MeteredRules, MeteredServiceRule } from '../../policies/metered.ts';
import type { Audit } from '../audit/audit.ts';
import type { Commerce } from '../commerce/commerce.ts';
import { creditLine } from '../commerce/credit-line.ts';
import type { Draft, DraftLine, Offer, Warning } from '../commerce/offer.ts';
import type { Ledger } from '../ledger.ts';
import { enablingLines } from '../topup/offer.ts';
import type { TopUp } from '../topup/topup.ts';

/** Where a service stands (requirements.md 3.8). `until` is UTC ms. */
export type MeteredState =
  | { readonly kind: 'off' }
  /** The first charge is under way. */
  | { readonly kind: 'enabling'; readonly chargeId: string }
  | { readonly kind: 'on' }
  | { readonly kind: 'blocked_no_funds' }
  /** Out of funds, and automatic top-up may not help before then. */
  | { readonly kind: 'blocked_cap'; readonly until: number }
  /** Switched off; calls that began before go on. */
  | { readonly kind: 'disabling'; readonly calls: number };

export interface MeteredService extends MeteredServiceRule {
  readonly state: MeteredState;
}

/** Metered services of one account. */
export interface Metered {
  /** null where nothing is sold apart. */
  readonly offer: Offer<'metered_service'> | null;
  list(): readonly MeteredService[];
  /** What switching on a first one would charge at once (TOP-06); 0 once any ever was on. */
  firstCharge(): Micros;
  /** What a call asks. `not_sold`: nothing here depends on it. */
  state(name: string): 'not_sold' | 'on' | 'off';
  /** Words for why top-up has to stay on (TOP-04); undefined = no service is on. */
  needsTopUp(): string | undefined;
}

/** Where a provider sells nothing apart, everything is included. */
const NONE: Metered = {
  offer: null,
  list: () => [],
  firstCharge: () => toMicros(0),
  state: () => 'not_sold',
  needsTopUp: () => undefined,
};

/** Calls that are part of a service and go on now. */
const RUNNING: Readonly<Record<string, string>> = {
  concurrency_bursting: `beyond_channels = 'burst'`,
  toll_free: `metered = 1 AND legs.direction = 'inbound' AND rates.kind = 'toll_free'`,
  international: `metered = 1 AND legs.direction = 'outbound' AND beyond_channels IS NULL AND rates.kind <> 'toll_free'`,
};

interface Parts {
  readonly commerce: Pick<Commerce, 'charges' | 'quoteById' | 'methods'>;
  readonly audit: Audit;
  readonly topUp: TopUp;
}

export function createMetered(ledger: Ledger, parts: Omit<Parts, 'topUp'> & { readonly topUp: TopUp | null }): Metered {
  const { metered } = ledger.profile;
  const { topUp } = parts;
  if (!metered) return NONE;
  if (!topUp) throw new Error('Metered services are paid by automatic top-up, which this profile lacks');
  return createSoldApart(ledger, metered, { ...parts, topUp });
}

function createSoldApart(ledger: Ledger, rules: MeteredRules, parts: Parts): Metered {
  const { topUp } = parts;
  const { db, clock, journal, profile, outbox } = ledger;
  const { policy, account } = profile;
  const enabled = db.prepare<[string], number>('SELECT enabled FROM metered_services WHERE name = ?').pluck();
  const anyEver = db.prepare<[], number>('SELECT count(*) FROM metered_services').pluck();
  const anyOn = db.prepare<[], string>('SELECT name FROM metered_services WHERE enabled = 1 LIMIT 1').pluck();
  const put = db.prepare(`
    INSERT INTO metered_services (name, enabled, changed_at) VALUES (?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET enabled = excluded.enabled, changed_at = excluded.changed_at`);
  const runningCalls = new Map(
    Object.entries(RUNNING).map(([name, condition]) => [
      name,
      db
        .prepare<[], number>(
          `SELECT count(*) FROM legs LEFT JOIN rates ON rates.id = rate_id
           WHERE ended_at IS NULL AND ${condition}`,
        )
        .pluck(),
    ]),
  );

  const { services } = rules;
  const say = (amount: Micros): string => `${toDecimal(amount)} ${account.currency}`;
  const isOn = (name: string): boolean => enabled.get(name) === 1;
  const firstCharge = (): Micros => ((anyEver.get() ?? 0) === 0 ? rules.firstCharge : toMicros(0));

  function serviceOf(name: string): MeteredServiceRule {
    const found = services.find((each) => each.name === name);
    if (found) return found;
    throw new Refusal('out_of_range', {
      detail: 'No such service',
      errors: [{ pointer: '/service', detail: 'No such service' }],
    });
  }

  /** A charge that switches something on and is not final yet. */
  function underWay(): { readonly chargeId: string; readonly name: string } | undefined {
    for (const charge of parts.commerce.charges.open()) {
      const request = charge.quoteId === null ? undefined : parts.commerce.quoteById(charge.quoteId)?.request;
      if (request?.kind === 'metered_service' && request.enabled) {
        return { chargeId: charge.id, name: request.service };
      }
    }
    return undefined;
  }

  function stateOf({ name }: MeteredServiceRule): MeteredState {
    const opening = underWay();
    if (opening?.name === name) return { kind: 'enabling', chargeId: opening.chargeId };
    if (!isOn(name)) {
      const calls = runningCalls.get(name)?.get() ?? 0;
      return calls > 0 && enabled.get(name) === 0 ? { kind: 'disabling', calls } : { kind: 'off' };
    }
    if (addMicros(journal.balance(), policy.creditLimit) > policy.blockAt) return { kind: 'on' };
    const { state } = topUp.standing();
    return state.kind === 'capped' ? { kind: 'blocked_cap', until: state.until } : { kind: 'blocked_no_funds' };
  }

  /** TOP-04, TOP-06: what switching a service on costs at once, and what it switches on with it. */
  function priceOn(service: MeteredServiceRule): Draft {
    const opening = underWay();
    if (opening) throw new Refusal('in_use', { detail: 'Another service is just being switched on' });
    if (!parts.commerce.methods.preferred()) throw new Refusal('payment_method_required');
    const current = topUp.settings();
    const first = firstCharge();
    const lines: DraftLine[] = [];
    const warnings: Warning[] = [];
    if (first > 0)
      lines.push({ ...creditLine(ledger, first), id: 'first', description: 'First charge into the reserve' });
    const on = { ...current, enabled: true };
    const ahead = topUp.ahead(on, first);
    if (!current.enabled) {
      const { atThreshold } = topUp.preview(on);
      const text = `This switches automatic top-up on: ${say(atThreshold)} whenever the balance comes down to ${say(current.threshold)}.`;
      warnings.push({ code: 'top_up_switched_on', text });
      // A payment of today already: what is due at once follows it by itself, and is said.
      const due = enablingLines(ledger, ahead, current);
      if (first === 0) {
        lines.push(...due.lines);
        warnings.push(...due.warnings);
      } else if (ahead.length > 0) {
        const text2 = `The balance stays low: ${say(addMicros(...ahead))} more is charged right afterwards.`;
        warnings.push({ code: 'further_charges', text: text2 });
      }
    }
    const isSaid = warnings.some((each) => each.code === 'not_refundable');
    if (policy.refund.kind === 'none' && lines.length > 0 && !isSaid) {
      warnings.push({ code: 'not_refundable', text: 'Prepaid money is not refunded.' });
    }
    return { lines, warnings, summary: `${service.title} switched on` };
  }

  function change(name: string, on: boolean, userId: string | null): void {
    const before = isOn(name);
    put.run(name, on ? 1 : 0, clock.now());
    const actor = userId === null ? null : { id: userId };
    parts.audit.write(actor, 'metered_service.changed', before, on, { subject: name });
    outbox.append('plan.updated', clock.now());
    if (on) topUp.switchOn(userId);
  }

  return {
    offer: {
      kind: 'metered_service',
      action: 'plan.change',
      price(request) {
        const service = serviceOf(request.service);
        if (request.enabled) return isOn(service.name) ? nothing(service) : priceOn(service);
        return { lines: [], warnings: [], summary: `${service.title} switched off` };
      },
      deliver({ service, enabled: wanted }, _draft, { buyer }) {
        if (isOn(serviceOf(service).name) !== wanted) change(service, wanted, buyer?.id ?? null);
        return [];
      },
    },
    list: () => services.map((service) => ({ ...service, state: stateOf(service) })),
    firstCharge,
    state(name) {
      if (!services.some((each) => each.name === name)) return 'not_sold';
      return isOn(name) ? 'on' : 'off';
    },
    needsTopUp() {
      const name = anyOn.get();
      return name === undefined ? undefined : `${serviceOf(name).title} is on, which is paid by automatic top-up`;
    },
  };
}

const nothing = (service: MeteredServiceRule): Draft => ({
  lines: [],
  warnings: [{ code: 'already_on', text: `${service.title} is on already.` }],
  summary: `${service.title} switched on`,
});
