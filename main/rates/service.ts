import type { Balance, CallPrice, Policy, Rate } from '../../preload/contract/models.ts';
import { ok, type Result } from '../../preload/contract/result.ts';
import { mayDo, type Person } from '../../preload/contract/roles.ts';
import type { Store } from '../store/store.ts';
import { deckFetchedAt, finishDeck, longestMatch, upsertRates } from './repo.ts';
import { affordability } from './talk-time.ts';
import { readTarget } from './target.ts';

export interface RateService {
  /**
   * What a call to a typed target would cost now, from the cached deck; inbound: a call received on that own number. An
   * emergency number is told first.
   */
  priceCall(target: string, direction: Rate['direction'], person: Person): Promise<Result<CallPrice>>;
  /** Puts in a page of the deck; `fetchedAt` is the same for all pages of one fetch. */
  savePage(rates: readonly Rate[], fetchedAt: number): Promise<Result<null>>;
  /** Drops what the fetch did not name. */
  finish(fetchedAt: number): Promise<Result<null>>;
  fetchedAt(): Promise<Result<number | null>>;
}

/** The number a short code of the provider stands for, which is what the call is rated as; else the text itself. */
function expandShortCode(typed: string, policy: Policy | null): string {
  return policy?.testNumbers.find(({ shortCode }) => shortCode !== null && shortCode === typed.trim())?.number ?? typed;
}

/** The rate deck of one account, from the cache. */
export function createRateService(deps: {
  readonly store: Store;
  /** The provider's time: rates change by it. */
  readonly now: () => number;
  /** Country of numbers typed without +. */
  readonly countryCode: () => string;
  readonly isEmergency: (target: string) => boolean;
  readonly balance: () => Balance | null;
  readonly policy: () => Policy | null;
}): RateService {
  const { store } = deps;

  return {
    async priceCall(typed, direction, person) {
      if (direction === 'outbound' && deps.isEmergency(typed)) return ok({ kind: 'emergency' });
      const target = await readTarget(expandShortCode(typed, deps.policy()), deps.countryCode());
      if (target.kind === 'not_a_number') return ok({ kind: 'unknown', reason: 'not_a_number' });
      if (target.kind === 'short_code') return ok({ kind: 'unknown', reason: 'no_match' });
      const deck = await deckFetchedAt(store);
      if (!deck.ok) return deck;
      const found = await longestMatch(store, { digits: target.digits, direction, at: deps.now() });
      if (!found.ok) return found;
      const match = found.value;
      if (!match) return ok({ kind: 'unknown', reason: deck.value === null ? 'no_rates' : 'no_match' });
      const { rate, fetchedAt } = match;
      if (rate.kind === 'emergency') return ok({ kind: 'emergency' });
      if (rate.included) return ok({ kind: 'included', rate, fetchedAt });
      const afford = affordability(rate, deps.balance(), deps.policy(), mayDo(person, 'balance.exact'));
      return ok({ kind: 'rated', rate, fetchedAt, ...afford });
    },
    savePage: (rates, fetchedAt) => upsertRates(store, rates, fetchedAt),
    finish: (fetchedAt) => finishDeck(store, fetchedAt),
    fetchedAt: () => deckFetchedAt(store),
  };
}
