import type { Micros } from '../../../../preload/contract/money.ts';

/** How the account stands, on the raw balance: 0.004 is low, not zero. */
export type AlertLevel = 'ok' | 'low' | 'zero' | 'negative';

/** Something a falling balance crosses. `below` = under 0, which nobody can switch off (EXT-11). */
export type Mark = { readonly kind: 'level'; readonly level: Micros } | { readonly kind: 'below' };

/** What is compared: the levels in force and how (POL-14). */
export interface AlertRules {
  readonly levels: readonly Micros[];
  readonly comparator: 'lt' | 'lte';
}

/** A level of 0 is reached at 0, however others are compared (VTC-14). */
function isUnder(balance: Micros, mark: Mark, comparator: AlertRules['comparator']): boolean {
  if (mark.kind === 'below') return balance < 0;
  return comparator === 'lte' || mark.level === 0 ? balance <= mark.level : balance < mark.level;
}

/** Under one name in the books. */
export const nameOf = (mark: Mark): string => (mark.kind === 'below' ? 'below' : String(mark.level));

/** Marks the balance is at or under, the highest first. */
export function marksUnder(rules: AlertRules, balance: Micros): readonly Mark[] {
  const levels = rules.levels.toSorted((left, right) => right - left).map((level): Mark => ({ kind: 'level', level }));
  const all: readonly Mark[] = [...levels, { kind: 'below' }];
  return all.filter((mark) => isUnder(balance, mark, rules.comparator));
}

/** F-14. */
export function alertLevel(rules: AlertRules, balance: Micros): AlertLevel {
  if (balance < 0) return 'negative';
  if (balance === 0) return 'zero';
  return marksUnder(rules, balance).length > 0 ? 'low' : 'ok';
}

/** What a look at the balance finds. */
export interface Edges {
  /** Crossed going down since the look before: each fires once. */
  readonly crossed: readonly Mark[];
  /** Names of those that have fired and stay so; one the balance is above again is armed anew. */
  readonly fired: readonly string[];
}

/** F-14: an edge fires once going down and is armed again only above. */
export function edges(rules: AlertRules, balance: Micros, fired: readonly string[]): Edges {
  const under = marksUnder(rules, balance);
  return {
    crossed: under.filter((mark) => !fired.includes(nameOf(mark))),
    fired: under.map(nameOf),
  };
}
