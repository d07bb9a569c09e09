import type { Micros } from '../../../../preload/contract/money.ts';
import { toDecimal } from '../../../../preload/contract/money.ts';
import { Refusal } from '../../api/refusal.ts';
import type { ChargeItem, ChargeTiming, TopUpRules } from '../../policies/profile.ts';
import type { Audit } from '../audit/audit.ts';
import type { Offer } from '../commerce/offer.ts';
import type { Ledger } from '../ledger.ts';
import { fundingOf } from './funding.ts';
import type { Standing, TopUpState } from './keeper.ts';
import { createKeeper } from './keeper.ts';
import { createLoop, endOf } from './loop.ts';
import { topUpOffer } from './offer.ts';
import type { Recharge, TopUpCommerce, TopUpTeller } from './ports.ts';
import { nextAmount, spendCeilings } from './rules.ts';
import { addScheduleJob } from './schedule.ts';
import type { TopUpSettings } from './settings.ts';
import { checkTopUpSettings, createTopUpDocument } from './settings.ts';
import type { MeteredSpend } from './spend.ts';
import { advisedAmount } from './spend.ts';
import type { Tries } from './tries.ts';
import { createTries } from './tries.ts';

/** What settings come to, before anything happens (F-08, F-18, TOP-16). */
export interface TopUpPreview {
  readonly atThreshold: Micros;
  /** A balance that fell below the threshold costs more than `atThreshold`, at once or in several payments. */
  readonly canBeLarger: boolean;
  /** What is charged, one after the other, as soon as these settings are in force. */
  readonly now: readonly Micros[];
  /** null = no limit. */
  readonly perWindow: Micros | null;
  readonly perMonth: Micros | null;
  readonly dearestDay: Micros;
  readonly advised: Micros;
}

/** Automatic top-up of one account (requirements.md 3.5). */
export interface TopUp {
  readonly rules: TopUpRules;
  readonly offer: Offer<'top_up'>;
  readonly tries: Tries;
  settings(): TopUpSettings;
  standing(): Standing;
  /** When the next automatic charge can be at the earliest; null = not before a person acts. */
  nextPossibleAt(state: TopUpState): number | null;
  /** Of the settings, or of others that somebody thinks of. */
  preview(settings?: TopUpSettings): TopUpPreview;
  /** What these settings would charge at once, were the balance so much higher. */
  ahead(settings: TopUpSettings, more?: Micros): readonly Micros[];
  /**
   * Changes the settings, in the caller's transaction. Throws out_of_range, payment_method_required, in_use while a
   * metered service is on (TOP-04), and quote_required where it would charge something at once (TOP-21).
   */
  change(settings: TopUpSettings, userId: string): void;
  /** Switches it on as part of something that was paid or agreed to: no question is asked. In a transaction. */
  switchOn(userId: string | null): void;
  fundingOf(item: ChargeItem, amount: Micros): ChargeTiming;
  recharge(): Recharge;
  /** The provider stops it, or lets it go on. In a transaction. */
  suspend(suspended: boolean): void;
  /** Looks at once, and after every commit from now on. Once, when every feature is there. */
  follow(): void;
}

export interface TopUpParts {
  readonly commerce: TopUpCommerce;
  readonly audit: Audit;
  readonly teller: TopUpTeller;
  readonly spend: MeteredSpend;
  /** Words for what needs it to be on; undefined = nothing does. */
  readonly neededBy: () => string | undefined;
}

/** null where the provider has none. */
export function createTopUp(ledger: Ledger, parts: TopUpParts): TopUp | null {
  const { profile, clock, outbox } = ledger;
  const rules = profile.policy.topUp;
  if (!rules) return null;
  const { commerce, audit, teller, spend } = parts;
  const document = createTopUpDocument(ledger, rules);
  const tries = createTries(ledger);
  const common = { ledger, rules, commerce, document, tries };
  const keeper = createKeeper(common);
  const loop = createLoop({ ...common, keeper, teller });
  addScheduleJob({ ...common, keeper, teller });

  function save(settings: TopUpSettings, userId: string | null): void {
    const before = document.get();
    document.put(settings);
    const isSame = JSON.stringify(before.schedule) === JSON.stringify(settings.schedule);
    const { scheduledFrom } = keeper.memory();
    keeper.remember({
      // EXT-13: somebody looked at it.
      failures: 0,
      coolingUntil: null,
      scheduledFrom: isSame ? scheduledFrom : settings.schedule && clock.now(),
    });
    audit.write(userId === null ? null : { id: userId }, 'top_up.changed', before, settings);
    outbox.append('top_up.updated', clock.now());
    loop.wake();
  }

  function check(settings: TopUpSettings): void {
    checkTopUpSettings(profile, rules as TopUpRules, settings);
    if (settings.methodId !== null && !commerce.methods.byId(settings.methodId)) {
      throw new Refusal('out_of_range', {
        detail: 'No such payment method',
        errors: [{ pointer: '/payment_method_id', detail: 'No such payment method' }],
      });
    }
    const need = settings.enabled ? undefined : parts.neededBy();
    if (need !== undefined) throw new Refusal('in_use', { detail: need });
    const turnedOn = (settings.enabled && !document.get().enabled) || (settings.schedule && !document.get().schedule);
    if (turnedOn && !commerce.methods.preferred()) throw new Refusal('payment_method_required');
  }

  return {
    rules,
    tries,
    offer: topUpOffer(ledger, {
      current: () => document.get(),
      check,
      ahead: (settings) => keeper.ahead(settings),
      save,
    }),
    settings: () => document.get(),
    standing: () => keeper.stand(),
    nextPossibleAt: (state) => (state.kind === 'armed' ? clock.now() : endOf(state)),
    preview(settings = document.get()) {
      const atThreshold = nextAmount(rules.amountMode, settings, settings.threshold);
      const dearestDay = spend.dearestDay(clock.now());
      return {
        atThreshold,
        canBeLarger: rules.amountMode !== 'add_fixed' || rules.cap.count !== 1,
        now: keeper.ahead(settings),
        ...spendCeilings(rules, settings, atThreshold),
        dearestDay,
        advised: advisedAmount(dearestDay, profile.policy.amounts.topUpMin),
      };
    },
    ahead: (settings, more) => keeper.ahead(settings, more),
    change(settings, userId) {
      check(settings);
      const [first] = keeper.ahead(settings);
      if (first !== undefined) {
        const detail = `The threshold is not below the balance: ${toDecimal(first)} ${profile.account.currency} would be charged now`;
        throw new Refusal('quote_required', { detail });
      }
      save(settings, userId);
    },
    switchOn(userId) {
      const settings = document.get();
      if (!settings.enabled) save({ ...settings, enabled: true }, userId);
    },
    fundingOf: (item, amount) => fundingOf(profile.policy, document.get(), item, amount),
    recharge: () => loop.recharge(),
    suspend(suspended) {
      keeper.remember({ suspended: suspended ? { at: clock.now(), reason: 'by_provider' } : null });
      loop.wake();
    },
    follow() {
      ledger.onWrite(() => loop.run());
      loop.run();
    },
  };
}
