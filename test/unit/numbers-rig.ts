import type { Micros } from '../../preload/contract/money.ts';
import { toMicros } from '../../preload/contract/money.ts';
import type { Charge } from '../../main/sandbox/ledger/commerce/charges.ts';
import { createCommerce } from '../../main/sandbox/ledger/commerce/commerce.ts';
import type { Quote } from '../../main/sandbox/ledger/commerce/quotes.ts';
import { openLedger } from '../../main/sandbox/ledger/ledger.ts';
import { createSpans } from '../../main/sandbox/ledger/meters/spans.ts';
import { createNumbers } from '../../main/sandbox/ledger/numbers/numbers.ts';
import { createRenewalPayments } from '../../main/sandbox/ledger/numbers/payments.ts';
import type { NumberPorts } from '../../main/sandbox/ledger/numbers/ports.ts';
import type { OwnedRow } from '../../main/sandbox/ledger/numbers/rows.ts';
import type { NumberView } from '../../main/sandbox/ledger/numbers/view.ts';
import { createPeople } from '../../main/sandbox/ledger/people.ts';
import type { User } from '../../main/sandbox/ledger/people.ts';
import type { NumberMarket, NumberType } from '../../main/sandbox/policies/number-market.ts';
import type { AccountPolicy, ProfileId } from '../../main/sandbox/policies/profile.ts';
import { findProfile } from '../../main/sandbox/policies/profiles.ts';

export const DAY_MS = 86_400_000;
export const MAIN = '+14155550100';
export const TOLL_FREE = '+18005550199';

export interface NumbersRigOptions {
  readonly profile?: ProfileId;
  readonly policy?: Partial<AccountPolicy>;
  readonly market?: Partial<NumberMarket>;
  readonly timeZone?: string;
  readonly startAt?: number;
  readonly file?: string;
  /** How many numbers of each type the initial order still covers. */
  readonly entitled?: Partial<Record<NumberType, number>>;
  readonly verifiedIn?: readonly string[];
}

/** The real ledger, shop and numbers of a profile, with a clock and rules the test chooses. */
export function openNumbers(options: NumbersRigOptions = {}) {
  const found = findProfile(options.profile ?? 'voiptime');
  if (!found) throw new Error('No such profile');
  const profile = {
    ...found,
    account: { ...found.account, timeZone: options.timeZone ?? found.account.timeZone },
    policy: { ...found.policy, ...options.policy },
    numberMarket: { ...found.numberMarket, ...options.market },
  };
  const startAt = options.startAt ?? Date.UTC(2026, 10, 22, 9);
  const ledger = openLedger({
    file: options.file ?? ':memory:',
    profile,
    clock: { now: () => startAt, after: () => () => undefined },
  });
  const people = createPeople(ledger, createSpans(ledger));
  const commerce = createCommerce(ledger, people);
  const left = new Map<NumberType, number>(Object.entries(options.entitled ?? {}) as [NumberType, number][]);
  const released: string[] = [];
  const ports: NumberPorts = {
    entitlements: {
      left: (type) => left.get(type) ?? 0,
      reserve(type) {
        const rest = left.get(type) ?? 0;
        if (rest > 0) left.set(type, rest - 1);
        return rest > 0;
      },
    },
    addresses: {
      hasVerified: (country) => (options.verifiedIn ?? []).some((each) => country === null || each === country),
    },
    payments: createRenewalPayments(ledger, commerce),
    released: (number) => void released.push(number),
    audit: () => undefined,
  };
  const numbers = createNumbers(ledger, people, ports);
  commerce.register(numbers.offer);
  const person = (id: string): User => {
    const user = people.user(id);
    if (!user) throw new Error('Nobody');
    return user;
  };
  const dana = person('usr_dana');
  let keys = 0;

  const post = (amount: number, description = 'Test'): void => {
    const usage = { kind: 'adjustment', priceState: 'priced', amount: toMicros(amount), description } as const;
    ledger.write(() => ledger.journal.post(usage, ledger.clock.now()));
  };

  const rig = {
    ledger,
    people,
    commerce,
    numbers,
    market: numbers.market,
    released,
    dana,
    marcus: person('usr_marcus'),
    priya: person('usr_priya'),
    entitledLeft: () => Object.fromEntries(left),
    now: () => ledger.clock.now(),
    /** Moves the books' clock, in one step, and does what fell due. */
    travelTo(at: number): void {
      ledger.write(() => ledger.clock.travelTo(at));
      ledger.agenda.runDue();
    },
    travel: (ms: number): void => rig.travelTo(ledger.clock.now() + ms),
    balance: (): Micros => ledger.journal.balance(),
    post,
    setBalance: (amount: number): void => post(amount - ledger.journal.balance()),
    row(number: string): OwnedRow {
      const row = numbers.rows.find(number);
      if (!row) throw new Error(`No row of ${number}`);
      return row;
    },
    view(number: string, user: User = dana): NumberView {
      const view = numbers.view(user, number);
      if (!view) throw new Error(`No view of ${number}`);
      return view;
    },
    /** The first free numbers of a search. */
    free: (count: number, type: NumberType = 'local', areaCode?: string): readonly string[] =>
      numbers.market.search({ country: 'US', type, areaCode }, dana.id, '', count).map((each) => each.number),
    quote: (...wanted: readonly string[]): Quote =>
      commerce.quote({ kind: 'numbers', items: wanted.map((number) => ({ number })) }, dana),
    execute(quote: Quote, key = `key-${(keys += 1)}`): Charge {
      return commerce.execute({
        buyer: dana,
        key,
        quoteId: quote.id,
        priceHash: quote.priceHash,
        paymentMethodId: null,
      });
    },
    buy: (...wanted: readonly string[]): Charge => rig.execute(rig.quote(...wanted)),
    /** Days on which a number renews, one after the other, as the account's calendar shows them. */
    renewalDays(number: string, count: number): readonly string[] {
      const format = new Intl.DateTimeFormat('sv-SE', { timeZone: profile.account.timeZone });
      return Array.from({ length: count }, () => {
        const { renewsAt } = rig.row(number);
        if (renewsAt === null) throw new Error('It does not renew');
        rig.travelTo(renewsAt);
        return format.format(renewsAt);
      });
    },
    usage: (kind: string) =>
      ledger.db
        .prepare<[string], { amount: number; description: string; to_party: string | null; time: number }>(
          'SELECT amount, description, to_party, time FROM usage WHERE kind = ? ORDER BY seq',
        )
        .all(kind),
  };
  return rig;
}
export type NumbersRig = ReturnType<typeof openNumbers>;
