import { TEST_INSTRUMENTS, expiryOf } from '../../main/sandbox/ledger/commerce/instruments.ts';
import type { NewUsage } from '../../main/sandbox/ledger/journal.ts';
import { openLedger } from '../../main/sandbox/ledger/ledger.ts';
import type { User } from '../../main/sandbox/ledger/people.ts';
import { createServices } from '../../main/sandbox/ledger/services.ts';
import type { Profile, ProfileId } from '../../main/sandbox/policies/profile.ts';
import { findProfile } from '../../main/sandbox/policies/profiles.ts';
import type { QuoteRequest } from '../../main/provider/api/resources/commerce.ts';
import type { Micros } from '../../preload/contract/money.ts';
import { parseDecimal, toMicros } from '../../preload/contract/money.ts';

type ChannelsRequest = Omit<Extract<QuoteRequest, { readonly kind: 'channels' }>, 'kind'>;

/** 16 April 2026, noon in Los Angeles. */
export const APRIL_16 = Date.UTC(2026, 3, 16, 19);

export const amount = (text: string): Micros => {
  const parsed = parseDecimal(text);
  if (parsed === undefined) throw new Error(`${text} is no amount`);
  return parsed;
};

interface PlanRigOptions {
  readonly startAt?: number;
  readonly file?: string;
  /** What this provider does otherwise. */
  readonly change?: (profile: Profile) => Profile;
}

/** The real ledger of a profile, whose time a test moves, with what planning is asked for. */
export function openPlan(profileId: ProfileId, options: PlanRigOptions = {}) {
  const found = findProfile(profileId);
  if (!found) throw new Error('No such profile');
  const profile = options.change ? options.change(found) : found;
  const clock = { now: () => options.startAt ?? APRIL_16, after: () => () => undefined };
  const ledger = openLedger({ file: options.file ?? ':memory:', profile, clock });
  const services = createServices(ledger);
  const person = (id: string): User => {
    const user = services.people.user(id);
    if (!user) throw new Error('No such person');
    return user;
  };
  const owner = person('usr_dana');
  let keys = 0;
  let devices = 0;

  return {
    ledger,
    services,
    planning: services.planning,
    owner,
    admin: person('usr_marcus'),
    user: person('usr_priya'),
    now: () => ledger.clock.now(),
    /** Time goes on to a moment, and does what it does. */
    travel(to: number): void {
      ledger.write(() => ledger.clock.travelTo(to));
      ledger.agenda.runDue();
    },
    addCard(): string {
      const instrument = TEST_INSTRUMENTS[0];
      if (!instrument) throw new Error('The card network has no test card');
      const token = services.commerce.network.tokenise({ ...instrument, ...expiryOf(instrument, ledger.clock.now()) });
      return ledger.write(() => services.commerce.methods.add(token)).id;
    },
    quoteChannels: (request: ChannelsRequest, buyer = owner) =>
      services.commerce.quote({ kind: 'channels', ...request }, buyer),
    buyChannels(request: ChannelsRequest) {
      const quote = this.quoteChannels(request);
      keys += 1;
      const { id: quoteId, priceHash } = quote;
      const charge = services.commerce.execute({
        buyer: owner,
        key: `k${keys}`,
        quoteId,
        priceHash,
        paymentMethodId: null,
      });
      return { quote, charge };
    },
    /** Provisions so many new devices; answers their instances. */
    provision(count: number): readonly string[] {
      return Array.from({ length: count }, () => {
        devices += 1;
        const instance = `00000000-0000-4000-8000-${String(devices).padStart(12, '0')}`;
        services.people.provision('usr_dana', instance, 'Phone');
        return instance;
      });
    },
    remove: (instances: readonly string[]) =>
      ledger.write(() => instances.forEach((instance) => services.people.remove('usr_dana', instance))),
    /** Books an answered call of so many seconds. */
    call(seconds: number, changes: Partial<NewUsage> = {}): void {
      const usage: NewUsage = {
        kind: 'call',
        direction: 'outbound',
        priceState: 'included',
        amount: toMicros(0),
        description: 'Call',
        durationSec: seconds,
        userId: 'usr_dana',
        leg: 'a',
        ...changes,
      };
      ledger.write(() => ledger.journal.post(usage, ledger.clock.now()));
    },
    post: (usage: Pick<NewUsage, 'kind' | 'amount'> & Partial<NewUsage>) =>
      ledger.write(() =>
        ledger.journal.post({ priceState: 'priced', description: usage.kind, ...usage }, ledger.clock.now()),
      ),
    statements: () => services.planning.statements.store.before(Number.MAX_SAFE_INTEGER, 1000),
  };
}
