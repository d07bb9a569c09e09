import type { TopUpRules, ProfileId } from '../../main/sandbox/policies/profile.ts';
import type { QuoteRequest } from '../../main/provider/api/resources/commerce.ts';
import type { AccountPolicy } from '../../main/sandbox/policies/profile.ts';
import type { Behaviour } from '../../main/sandbox/ledger/commerce/instruments.ts';
import { TEST_INSTRUMENTS, expiryOf } from '../../main/sandbox/ledger/commerce/instruments.ts';
import type { Ledger } from '../../main/sandbox/ledger/ledger.ts';
import { openLedger } from '../../main/sandbox/ledger/ledger.ts';
import { createServices } from '../../main/sandbox/ledger/services.ts';
import type { TopUp } from '../../main/sandbox/ledger/topup/topup.ts';
import type { TopUpSettings } from '../../main/sandbox/ledger/topup/settings.ts';
import { toMicros } from '../../preload/contract/money.ts';
import { profileWith, units } from './commerce-rig.ts';

/** Monday, 23 November 2026, 09:00 in Los Angeles, the zone of the account. */
export const MONDAY_9 = Date.UTC(2026, 10, 23, 17, 0, 0);
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

export interface RechargeOptions {
  readonly profile?: ProfileId;
  readonly policy?: Partial<AccountPolicy>;
  readonly rules?: Partial<Omit<TopUpRules, 'cap'>>;
  readonly cap?: Partial<TopUpRules['cap']>;
  readonly file?: string;
  readonly wrap?: (ledger: Ledger) => Ledger;
  readonly startAt?: number;
}

function profileOf({ profile: id = 'sipstation', policy = {}, rules = {}, cap = {} }: RechargeOptions) {
  const base = profileWith(id);
  const { topUp } = base.policy;
  const changed = topUp && { ...topUp, ...rules, cap: { ...topUp.cap, ...cap } };
  return { ...base, policy: { ...base.policy, topUp: changed, ...policy } };
}

/** Real books with every feature, whose clock and card the test chooses. Taxes as the profile has them. */
export function openRecharge(options: RechargeOptions = {}) {
  const profile = profileOf(options);
  let now = options.startAt ?? MONDAY_9;
  const clock = { now: () => now, after: () => () => undefined };
  const real = openLedger({ file: options.file ?? ':memory:', profile, clock });
  const ledger = options.wrap ? options.wrap(real) : real;
  const services = createServices(ledger);
  const { commerce, alerts, people, books } = services;
  const dana = people.user('usr_dana');
  if (!dana) throw new Error('No owner');
  const phone = people.provision('usr_dana', '3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'Test phone');
  let keys = 0;

  return {
    profile,
    ledger,
    services,
    commerce,
    alerts,
    books,
    dana,
    close: () => real.close(),
    get topUp(): TopUp {
      if (!services.topUp) throw new Error('No top-up here');
      return services.topUp;
    },
    balance: () => ledger.journal.balance() / 1_000_000,
    /** One posting that takes the balance there. */
    fallTo(amount: number) {
      const usage = {
        kind: 'adjustment',
        priceState: 'priced',
        amount: toMicros(units(amount) - ledger.journal.balance()),
        description: 'Test',
      } as const;
      ledger.write(() => ledger.journal.post(usage, now));
    },
    /** As the owner would, where nothing is due at once; the balance is high meanwhile. */
    enable(change: Partial<TopUpSettings> = {}) {
      const before = ledger.journal.balance();
      if (before < units(500)) this.fallTo(500);
      ledger.write(() => this.topUp.change({ ...this.topUp.settings(), enabled: true, ...change }, 'usr_dana'));
    },
    quote: (request: QuoteRequest) => commerce.quote(request, dana),
    buy(request: QuoteRequest, paymentMethodId: string | null = null) {
      const { id: quoteId, priceHash } = commerce.quote(request, dana);
      return commerce.execute({ buyer: dana, key: `key-${(keys += 1)}`, quoteId, priceHash, paymentMethodId });
    },
    /** Stores the test instrument of that name; answers its id. */
    addMethod(name: string): string {
      const instrument = TEST_INSTRUMENTS.find((each) => each.name === name);
      if (!instrument) throw new Error(`No test card ${name}`);
      const token = commerce.network.tokenise({ ...instrument, ...expiryOf(instrument, now) });
      return ledger.write(() => commerce.methods.add(token)).id;
    },
    /** The only stored method is the test instrument of that name. */
    onlyMethod(name: string): string {
      const id = this.addMethod(name);
      ledger.db.prepare('DELETE FROM payment_methods WHERE id <> ?').run(id);
      return id;
    },
    /** What the next payments meet, in this order. */
    faults(...behaviours: Behaviour[]) {
      commerce.useCardFaults({ take: () => behaviours.shift() });
    },
    /** Moves time and does what falls due, in its order. */
    travel(ms: number) {
      now += ms;
      ledger.agenda.runDue();
    },
    now: () => now,
    /** Payments the card network was asked for, ever. */
    payments: () => ledger.db.prepare<[], number>('SELECT count(*) FROM network_payments').pluck().get() ?? 0,
    captured: () => commerce.network.captured() / 1_000_000,
    automatic: () => triesOf(ledger),
    alertKinds: () =>
      alerts.records
        .page('usr_dana', Number.MAX_SAFE_INTEGER, 100)
        .toReversed()
        .map(({ reasons }) => reasons.map(({ kind }) => kind)),
    receipts: () => alerts.records.messages(100).filter(({ kind }) => kind === 'receipt'),
    /** A call of so many seconds that is not ended; answers its leg. */
    startCall(to: string, changes: { readonly direction?: 'outbound' | 'inbound' } = {}): string {
      keys += 1;
      const admission = books.admit({
        sipCallId: `call-${keys}@test`,
        leg: changes.direction === 'inbound' ? 'b' : 'a',
        direction: 'outbound',
        deviceId: phone.id,
        from: '+14155550100',
        to,
        emergency: false,
        ...changes,
      });
      if (admission.kind !== 'admitted') throw new Error(`Refused: ${admission.reason}`);
      books.answered(admission.legId);
      return admission.legId;
    },
    endCall: (legId: string) => books.ended(legId, { sipCode: 200, cause: 'test' }).charged,
    pass(ms: number) {
      now += ms;
    },
  };
}
export type Recharge = ReturnType<typeof openRecharge>;

interface AutomaticTry {
  readonly origin: string;
  readonly state: string;
  readonly amount: number;
}

function triesOf(ledger: Ledger): readonly AutomaticTry[] {
  return ledger.db
    .prepare<[], AutomaticTry>(
      `SELECT origin, state, amount / 1000000.0 AS amount FROM top_ups WHERE origin <> 'manual' ORDER BY seq`,
    )
    .all();
}
