import * as z from 'zod';
import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../../preload/contract/money.ts';
import type { TopUpRules } from '../../policies/profile.ts';
import type { Ledger } from '../ledger.ts';
import type { TopUpCommerce } from './ports.ts';
import type { Capped, Try } from './rules.ts';
import { cappedUntil, isTriggered, nextAmount, oldestThatCounts } from './rules.ts';
import type { TopUpDocument, TopUpSettings } from './settings.ts';
import type { Tries } from './tries.ts';
import { isAutomatic } from './tries.ts';

/** R58: after a refused card it waits, whatever the policy counts, so that no card is tried in a row. */
export const RETRY_AFTER_FAILURE_MS = 3_600_000;

const memorySchema = z.object({
  /** Refused in a row. */
  failures: z.int().min(0),
  coolingUntil: z.int().nullable(),
  suspended: z.object({ at: z.int(), reason: z.enum(['balance_did_not_rise', 'by_provider']) }).nullable(),
  /** The state as people were last told. */
  told: z.string(),
  /** When what stands in the way of a charge ends by itself. */
  wakeAt: z.int().nullable(),
  /** Days of the schedule after this moment are still to come (EXT-16). */
  scheduledFrom: z.int().nullable(),
});
export type Memory = z.output<typeof memorySchema>;

/** Without a cap: as far as a quote looks ahead. */
const MOST_AHEAD = 50;

const DOCUMENT = 'top_up.memory';
const NOTHING: Memory = {
  failures: 0,
  coolingUntil: null,
  suspended: null,
  told: '',
  wakeAt: null,
  scheduledFrom: null,
};

/** Where automatic top-up stands (requirements.md 3.5). Times are UTC ms of the ledger's clock. */
export type TopUpState =
  | { readonly kind: 'off' }
  | { readonly kind: 'armed' }
  /** A payment is under way, or nobody knows yet what became of it: no other is begun. */
  | { readonly kind: 'charging'; readonly chargeId: string }
  | { readonly kind: 'action_required'; readonly chargeId: string }
  | { readonly kind: 'cooling_down'; readonly until: number }
  | ({ readonly kind: 'capped' } & Capped)
  | { readonly kind: 'paused_failures'; readonly failures: number }
  | { readonly kind: 'no_method' }
  | {
      readonly kind: 'suspended_by_provider';
      readonly since: number;
      readonly reason: NonNullable<Memory['suspended']>['reason'];
    };

/** All that decides, read from the books as they are. */
export interface Standing {
  readonly state: TopUpState;
  /** The balance has come down to the threshold, money on its way counted (F-09). */
  readonly isLow: boolean;
  /** What the next one takes. */
  readonly amount: Micros;
}

export interface Keeper {
  memory(): Memory;
  remember(change: Partial<Memory>): void;
  stand(): Standing;
  /**
   * What would be charged one after the other as soon as a person switched it on with these settings, were the balance
   * so much higher: nothing while the balance is above, the cap is reached or no method can be charged.
   */
  ahead(settings: TopUpSettings, more?: Micros): readonly Micros[];
}

export interface KeeperParts {
  readonly ledger: Ledger;
  readonly rules: TopUpRules;
  readonly commerce: TopUpCommerce;
  readonly document: TopUpDocument;
  readonly tries: Tries;
}

export function createKeeper({ ledger, rules, commerce, document, tries }: KeeperParts): Keeper {
  const { journal, clock, profile, settings: store } = ledger;
  const zone = (): string => profile.account.timeZone;
  const memory = (): Memory => store.get(DOCUMENT, memorySchema, () => NOTHING);

  function openState(): TopUpState | undefined {
    const open = commerce.charges.open().find(isAutomatic);
    if (!open) return undefined;
    return { kind: open.state === 'action_required' ? 'action_required' : 'charging', chargeId: open.id };
  }

  function stateWith(settings: TopUpSettings, amount: Micros): TopUpState {
    const now = clock.now();
    const underWay = openState();
    if (underWay) return underWay;
    if (!settings.enabled) return { kind: 'off' };
    const { suspended, failures, coolingUntil } = memory();
    if (suspended) return { kind: 'suspended_by_provider', since: suspended.at, reason: suspended.reason };
    const limit = rules.cap.pauseAfterFailures;
    if (limit !== null && failures >= limit) return { kind: 'paused_failures', failures };
    if (!commerce.methods.preferred()) return { kind: 'no_method' };
    const recent = tries.since(oldestThatCounts(rules, now, zone()));
    const capped = cappedUntil(rules, settings, amount, recent, now, zone());
    const cooling = coolingUntil !== null && coolingUntil > now ? coolingUntil : null;
    if (capped && capped.until >= (cooling ?? 0)) return { kind: 'capped', ...capped };
    if (cooling !== null) return { kind: 'cooling_down', until: cooling };
    return { kind: 'armed' };
  }

  const money = (more: Micros = toMicros(0)): Micros => addMicros(journal.balance(), commerce.inFlight(), more);

  function ahead(settings: TopUpSettings, more?: Micros): readonly Micros[] {
    if (!settings.enabled || memory().suspended || !commerce.methods.preferred()) return [];
    const now = clock.now();
    const recent: Try[] = [...tries.since(oldestThatCounts(rules, now, zone()))];
    const found: Micros[] = [];
    let balance = money(more);
    while (found.length < MOST_AHEAD && isTriggered(rules, settings.threshold, balance)) {
      const amount = nextAmount(rules.amountMode, settings, balance);
      if (cappedUntil(rules, settings, amount, recent, now, zone())) break;
      found.push(amount);
      recent.push({ at: now, amount, state: 'open', isManual: false });
      balance = addMicros(balance, amount);
    }
    return found;
  }

  return {
    memory,
    remember: (change) => store.put(DOCUMENT, memorySchema.parse({ ...memory(), ...change })),
    stand() {
      const settings = document.get();
      const balance = money();
      const amount = nextAmount(rules.amountMode, settings, balance);
      return { state: stateWith(settings, amount), isLow: isTriggered(rules, settings.threshold, balance), amount };
    },
    ahead,
  };
}
