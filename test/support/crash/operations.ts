import type { QuoteRequest } from '../../../main/provider/api/resources/commerce.ts';
import type { ProfileId } from '../../../main/sandbox/policies/profile.ts';
import { toMicros } from '../../../preload/contract/money.ts';
import { openBooks } from '../../unit/ledger-rig.ts';
import { openOnboarding } from '../../unit/order-rig.ts';

export type CrashRig = Pick<ReturnType<typeof openBooks>, 'ledger' | 'services' | 'people' | 'setBalance'>;

/** Something that moves money, done by a process that may be killed at any moment of it. */
export interface MoneyOperation {
  readonly name: string;
  readonly profile: ProfileId;
  /** Makes the file the operation begins on; answers text for it, as an id of a quote. */
  prepare(file: string): string;
  /**
   * Does it. MUST be what a client does again after a crash: with the same keys, so that a second run of a finished
   * operation changes nothing.
   */
  run(rig: CrashRig, prepared: string): void;
}

const KEY = 'the-one-key-of-this-charge';
const DAY_MS = 86_400_000;

/** A quote somebody agrees to, with one idempotency key. */
function purchase(
  name: string,
  profile: ProfileId,
  requestOf: (rig: CrashRig) => QuoteRequest,
  open: (file: string) => CrashRig = (file) => openBooks(profile, file),
): MoneyOperation {
  return {
    name,
    profile,
    prepare(file) {
      const rig = open(file);
      const quote = rig.services.commerce.quote(requestOf(rig), ownerOf(rig));
      rig.ledger.close();
      return JSON.stringify({ quoteId: quote.id, priceHash: quote.priceHash });
    },
    run(rig, prepared) {
      const quote = JSON.parse(prepared) as { quoteId: string; priceHash: string };
      rig.services.commerce.execute({ ...quote, buyer: ownerOf(rig), key: KEY, paymentMethodId: null });
    },
  };
}

function ownerOf(rig: CrashRig) {
  const owner = rig.people.user('usr_dana');
  if (!owner) throw new Error('No owner');
  return owner;
}

/** Free local numbers, always the same ones. */
const numbersFor = (rig: CrashRig, count: number) =>
  rig.services.numbers.market
    .search(
      { country: 'US', type: rig.ledger.profile.id === 'sipus' ? 'standard' : 'local', areaCode: undefined },
      'usr_dana',
      '',
      count,
    )
    .map(({ number }) => ({ number }));

/** Automatic top-up is on; one call will bring the balance to its threshold. */
function prepareTopUp(profile: ProfileId): (file: string) => string {
  return (file) => {
    const rig = openBooks(profile, file);
    const { topUp } = rig.services;
    if (!topUp) throw new Error('This provider has no automatic top-up');
    rig.setBalance(20_000_000);
    rig.ledger.write(() =>
      topUp.change({ ...topUp.settings(), enabled: true, threshold: toMicros(15_000_000) }, 'usr_dana'),
    );
    rig.ledger.close();
    return '';
  };
}

/** Every operation that moves money and takes several steps; a new one is a line here. */
export const MONEY_OPERATIONS: readonly MoneyOperation[] = [
  purchase('credit by card', 'voiptime', () => ({ kind: 'add_credit', amount: '25.00' })),
  purchase('numbers from the balance', 'voiptime', (rig) => ({ kind: 'numbers', items: numbersFor(rig, 2) })),
  purchase('numbers by card', '2600hz', (rig) => ({ kind: 'numbers', items: numbersFor(rig, 2) })),
  purchase('channels on the statement', 'sipus', () => ({ kind: 'channels', pooled: 6 })),
  purchase(
    'the initial order',
    'sipus',
    () => ({
      kind: 'initial_order',
      channels: 4,
      numbers: { standard: 2, enhanced: 1, toll_free: 0 },
      funds: '25.00',
      emergency_notice_acknowledged: true,
      address_id: null,
    }),
    (file) => {
      const rig = openOnboarding('full_no_order', file);
      rig.addCard();
      rig.verify();
      return rig;
    },
  ),
  purchase(
    'numbers the initial order paid for, and one more',
    'sipus',
    (rig) => ({ kind: 'numbers', items: numbersFor(rig, 3) }),
    (file) => {
      const rig = openOnboarding('full_no_order', file);
      rig.addCard();
      rig.verify();
      rig.place({ numbers: { standard: 2, enhanced: 0, toll_free: 0 } });
      return rig;
    },
  ),
  {
    name: 'an automatic top-up',
    profile: 'sipus',
    prepare: prepareTopUp('sipus'),
    run(rig) {
      if (rig.ledger.db.prepare(`SELECT 1 FROM usage WHERE description = 'Brings it low'`).get()) return;
      rig.ledger.write(() => {
        const usage = {
          kind: 'fee',
          priceState: 'priced',
          amount: toMicros(-6_000_000),
          description: 'Brings it low',
        } as const;
        rig.ledger.journal.post(usage, rig.ledger.clock.now());
      });
    },
  },
  {
    name: 'renewals of a month',
    profile: 'voiptime',
    prepare(file) {
      const rig = openBooks('voiptime', file);
      rig.ledger.close();
      return String(rig.ledger.clock.now() + 12 * DAY_MS);
    },
    run(rig, until) {
      if (rig.ledger.clock.target() < Number(until)) rig.ledger.write(() => rig.ledger.clock.travelTo(Number(until)));
      rig.ledger.agenda.runDue();
    },
  },
];
