import { toDecimal } from '../../../../preload/contract/money.ts';
import { assertNever } from '../../../../preload/contract/result.ts';
import { Refusal } from '../../api/refusal.ts';
import type { Offer } from '../commerce/offer.ts';
import type { Ledger } from '../ledger.ts';
import type { People, User } from '../people.ts';
import type { Holds } from './holds.ts';
import { createHolds } from './holds.ts';
import { createLife } from './life.ts';
import type { Market } from './market.ts';
import { createMarket } from './market.ts';
import { numbersOffer } from './offer.ts';
import type { NumberPorts } from './ports.ts';
import type { ForecastWindow, RenewalDate } from './renewals.ts';
import { createRenewals } from './renewals.ts';
import type { ForwardWhen, OwnedRow, OwnedRows } from './rows.ts';
import { createOwnedRows } from './rows.ts';
import { isHeld, isInService } from './states.ts';
import { createNumberTimers } from './timers.ts';
import type { Dependant, NumberView } from './view.ts';
import { createNumberViews } from './view.ts';
import { watchUse } from './use.ts';

/** A change of what a number does; what is left out stays. */
export interface NumberChange {
  readonly label?: string | undefined;
  readonly userId?: string | undefined;
  readonly forwarding?: { readonly to: string; readonly when: ForwardWhen } | null | undefined;
  /** EXT-29. One number of the account is; there is no way to have none but to choose another. */
  readonly isDefault?: true | undefined;
  /** EXT-30: the name to be listed under; null = none. */
  readonly cnam?: string | null | undefined;
}

/** EXT-26: what a person hands in for a number. */
export interface Papers {
  readonly holder: string;
  readonly documents: readonly string[];
}

/** Numbers of the account and of the market. Every write is one transaction and tells of itself in the outbox. */
export interface Numbers {
  readonly market: Market;
  readonly holds: Holds;
  readonly rows: OwnedRows;
  readonly offer: Offer<'numbers'>;
  /** The number as this person may see it; undefined = not theirs, or there is none. */
  view(user: User, number: string): NumberView | undefined;
  /** A page of numbers this person may see, in order. */
  page(user: User, after: string, limit: number): readonly NumberView[];
  count(user: User): number;
  /** Throws not_found; out_of_range for what the number cannot do. */
  change(user: User, number: string, change: NumberChange): NumberView;
  /** Throws not_found; conflict where nothing is asked for. */
  submit(user: User, number: string, papers: Papers): NumberView;
  /**
   * POL-16. `self` ends it now, `via_support` opens a request (VTC-26). Throws in_use with its dependants unless they
   * were acknowledged; conflict where it is given up already.
   */
  release(user: User, number: string, acknowledged: boolean): NumberView;
  /** Takes an open request back. Throws conflict where there is none. */
  withdraw(user: User, number: string): NumberView;
  /** Takes a released number back. Throws conflict when it is too late, not_enough_credit for a renewal it missed. */
  reclaim(user: User, number: string): NumberView;
  /** EXT-05. */
  forecast(): readonly ForecastWindow[];
  /** The date a number bought now would renew on. */
  firstRenewal(at: number): RenewalDate;
  /** What carries calls on (SIPUS-12); null = it rings its own person. */
  forwardingOf(number: string): { readonly to: string; readonly when: ForwardWhen } | null;
  /** What support does: extend (VTC-30), review papers (EXT-26), answer a request (VTC-26). Throws not_found, conflict. */
  readonly support: {
    extend(number: string, until: number): NumberView;
    review(number: string, approved: boolean, reason: string | null): NumberView;
    answer(number: string, approved: boolean, detail: string | null): NumberView;
  };
}

const FORECAST_DAYS = [1, 3, 7] as const;

function describe(dependant: Dependant): string {
  switch (dependant.kind) {
    case 'default_caller_id':
      return 'It is the caller ID everybody shows at first';
    case 'emergency':
      return 'Emergency calls are sent with its address';
    case 'forwarding':
      return `Calls to it go on to ${dependant.number ?? ''}`;
    case 'forwarded_from':
      return `Calls to ${dependant.number ?? ''} go on to it`;
    default:
      return assertNever(dependant.kind);
  }
}

export function createNumbers(ledger: Ledger, people: People, ports: NumberPorts): Numbers {
  const { clock, outbox, profile, journal } = ledger;
  const rows = createOwnedRows(ledger);
  const timers = createNumberTimers(ledger);
  const market = createMarket(ledger);
  const holds = createHolds(ledger, market);
  const renewals = createRenewals(ledger, ports);
  const life = createLife(ledger, rows, timers, renewals, ports);
  const views = createNumberViews(ledger, rows, life);

  journal.onPosting(({ amount, at }) => {
    if (amount > 0) life.retry(at);
  });
  ports.payments.onSettled((number, at) => life.settled(number, at));
  if (market.rules.inactivityMs !== null) watchUse(ledger);

  ledger.agenda.add({
    name: 'numbers',
    nextAt: () => timers.nextAt(),
    run(at) {
      for (let due = timers.takeDue(at); due; due = timers.takeDue(at)) life.timeIsUp({ ...due, at });
    },
  });

  /** Whose numbers a person sees: an end user their own and the one everybody shows. */
  const scope = (user: User): string | null => (user.role === 'user' ? user.id : null);
  const isTheirs = (user: User, row: OwnedRow): boolean =>
    row.state !== 'gone' && (scope(user) === null || row.userId === user.id || row.isDefault === 1);

  function mustFind(number: string, user?: User): OwnedRow {
    const row = rows.find(number);
    if (!row || row.state === 'gone' || (user && !isTheirs(user, row))) {
      throw new Refusal('not_found', { detail: 'The account has no such number' });
    }
    return row;
  }

  const viewOf = (number: string, user?: User): NumberView => views.of(mustFind(number), user ? scope(user) : null);

  function refuse(pointer: string, detail: string): never {
    throw new Refusal('out_of_range', { detail, errors: [{ pointer, detail }] });
  }

  function checkForwarding(row: OwnedRow, to: string): void {
    if (to === row.number) refuse('/forwarding/to', 'A number cannot be forwarded to itself');
    const { numbers: emergency, testNumber } = profile.policy.emergency;
    const digits = to.replace('+', '');
    if (emergency.includes(digits) || digits === testNumber || digits.length < 5) {
      refuse('/forwarding/to', 'Calls cannot be forwarded to an emergency service or a short number');
    }
    if (rows.find(to)?.forwardTo === row.number)
      refuse('/forwarding/to', 'The two numbers would forward to each other');
  }

  /** EXT-30: a name of at most 15 letters, digits and spaces; numbers of the United States, none that is toll-free. */
  function checkName(row: OwnedRow, name: string): void {
    if (row.country !== 'US' || row.type === 'toll_free') {
      refuse('/cnam', 'Only local numbers of the United States can be listed under a name');
    }
    if (!/^[A-Za-z0-9 ]{1,15}$/.test(name)) refuse('/cnam', 'At most 15 letters, digits and spaces');
  }

  function applyChange(row: OwnedRow, change: NumberChange, at: number): void {
    const { number } = row;
    if (change.userId !== undefined && !people.user(change.userId)) {
      refuse('/user_id', 'Nobody of the account has that id');
    }
    if (change.forwarding) checkForwarding(row, change.forwarding.to);
    if (typeof change.cnam === 'string') checkName(row, change.cnam);
    if (change.isDefault && !isInService(row.state)) refuse('/default_caller_id', 'The number does not work yet');
    rows.change(number, {
      ...(change.label === undefined ? {} : { label: change.label }),
      ...(change.userId === undefined ? {} : { userId: change.userId }),
      ...(change.forwarding === undefined
        ? {}
        : { forwardTo: change.forwarding?.to ?? null, forwardWhen: change.forwarding?.when ?? null }),
    });
    if (change.cnam !== undefined && change.cnam !== row.cnam) {
      rows.change(number, { cnam: change.cnam, cnamState: change.cnam === null ? null : 'pending' });
      if (change.cnam === null) timers.clear(number, 'cnam');
      else timers.set(number, 'cnam', at + market.rules.listingMs);
    }
    if (change.isDefault) rows.setDefault(number);
  }

  return {
    market,
    holds,
    rows,
    offer: numbersOffer({ ledger, market, holds, rows, life, ports }),
    view(user, number) {
      const row = rows.find(number);
      return row && isTheirs(user, row) ? views.of(row, scope(user)) : undefined;
    },
    page: (user, after, limit) => rows.page(scope(user), after, limit).map((row) => views.of(row, scope(user))),
    count: (user) => rows.count(scope(user)),
    change: (user, number, change) =>
      ledger.write(() => {
        const row = mustFind(number, user);
        if (!isHeld(row.state)) throw new Refusal('conflict', { detail: 'The number was given up' });
        const at = clock.now();
        applyChange(row, change, at);
        ports.audit({ userId: user.id, number, before: row, after: mustFind(number) });
        outbox.append('numbers.updated', at, { subject: number });
        return viewOf(number, user);
      }),
    submit: (user, number, papers) =>
      ledger.write(() => {
        const row = mustFind(number, user);
        if (row.state !== 'pending_requirements') {
          throw new Refusal('conflict', { detail: 'Nothing is asked for this number' });
        }
        life.submit(row, papers, clock.now());
        return viewOf(number, user);
      }),
    release: (user, number, acknowledged) =>
      ledger.write(() => {
        const row = mustFind(number, user);
        if (!isHeld(row.state)) throw new Refusal('conflict', { detail: 'The number was given up already' });
        const { dependants } = views.of(row, null);
        if (dependants.length > 0 && !acknowledged) {
          const errors = dependants.map((each) => ({ pointer: `/dependants/${each.kind}`, detail: describe(each) }));
          throw new Refusal('in_use', { detail: errors.map((each) => each.detail).join('. '), errors });
        }
        const at = clock.now();
        ports.audit({ userId: user.id, number, before: row.state, after: 'released' });
        if (profile.policy.numberRelease === 'self') {
          life.release(row, 'asked', at);
        } else if (row.requestState !== 'open') {
          rows.change(number, { requestState: 'open', requestedAt: at, requestDetail: null });
          timers.set(number, 'support_answer', at + market.rules.supportAnswerMs);
          outbox.append('numbers.updated', at, { subject: number });
        }
        return viewOf(number, user);
      }),
    withdraw: (user, number) =>
      ledger.write(() => {
        const row = mustFind(number, user);
        if (row.requestState !== 'open') throw new Refusal('conflict', { detail: 'No request is open' });
        rows.change(number, { requestState: 'withdrawn' });
        timers.clear(number, 'support_answer');
        outbox.append('numbers.updated', clock.now(), { subject: number });
        return viewOf(number, user);
      }),
    reclaim: (user, number) =>
      ledger.write(() => {
        const row = mustFind(number, user);
        const at = clock.now();
        if (row.state !== 'released' || row.reclaimUntil === null || row.reclaimUntil <= at) {
          throw new Refusal('conflict', { detail: 'The number cannot be taken back any more' });
        }
        if (rows.held() >= market.rules.cap) {
          throw new Refusal('out_of_range', { detail: `An account holds at most ${market.rules.cap} numbers` });
        }
        if (!life.reclaim(row, at)) {
          throw new Refusal('not_enough_credit', {
            detail: `The renewal it missed costs ${toDecimal(renewals.cost(row))} ${profile.account.currency}`,
          });
        }
        return viewOf(number, user);
      }),
    forecast: () => renewals.forecast(rows.all(), clock.now(), FORECAST_DAYS),
    firstRenewal: (at) => renewals.first(at),
    forwardingOf(number) {
      const row = rows.find(number);
      if (!row || !isInService(row.state) || row.forwardTo === null || row.forwardWhen === null) return null;
      return { to: row.forwardTo, when: row.forwardWhen };
    },
    support: {
      extend: (number, until) =>
        ledger.write(() => {
          const row = mustFind(number);
          if (!isHeld(row.state)) throw new Refusal('conflict', { detail: 'The number was given up' });
          if (until <= clock.now()) throw new Refusal('out_of_range', { detail: 'That time has passed' });
          life.extend(row, until, clock.now());
          return viewOf(number);
        }),
      review: (number, approved, reason) =>
        ledger.write(() => {
          const row = mustFind(number);
          if (row.state !== 'pending_review') throw new Refusal('conflict', { detail: 'There is nothing to look at' });
          life.decide(row, approved, reason, clock.now());
          return viewOf(number);
        }),
      answer: (number, approved, detail) =>
        ledger.write(() => {
          const row = mustFind(number);
          if (row.requestState !== 'open') throw new Refusal('conflict', { detail: 'No request is open' });
          timers.clear(number, 'support_answer');
          if (approved) life.release(row, 'asked', clock.now());
          else {
            rows.change(number, { requestState: 'declined', requestDetail: detail });
            outbox.append('numbers.updated', clock.now(), { subject: number });
          }
          return viewOf(number);
        }),
    },
  };
}
