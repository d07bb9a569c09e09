import type { Micros } from '../../../../preload/contract/money.ts';
import { toMicros } from '../../../../preload/contract/money.ts';
import { Refusal } from '../../api/refusal.ts';
import { addMonths, dayOf, daysInMonth, daysInclusive } from '../calendar.ts';
import type { Draft, DraftLine, FailedLine, Offer, RequestOf, Warning } from '../commerce/offer.ts';
import type { Ledger } from '../ledger.ts';
import type { User } from '../people.ts';
import type { Holds } from './holds.ts';
import type { MarketNumber } from './inventory.ts';
import type { Begun, Life } from './life.ts';
import type { Market } from './market.ts';
import type { NumberPorts } from './ports.ts';
import type { OwnedRows } from './rows.ts';
import { LINE_TIMING, renewsOnFirst, setupPaidFrom } from './timing.ts';

type Request = RequestOf<'numbers'>;

const ZERO = toMicros(0);
const setupLine = (number: string): string => `${number}:setup`;
const monthlyLine = (number: string): string => `${number}:monthly`;

export interface NumberOfferParts {
  readonly ledger: Ledger;
  readonly market: Market;
  readonly holds: Holds;
  readonly rows: OwnedRows;
  readonly life: Life;
  readonly ports: NumberPorts;
}

/**
 * Numbers as something that can be bought (EXT-25): each is two lines, what it costs once and every month (EXT-04). What
 * the initial order covers is free (SIPUS-41); a number that is gone fails its own lines and no other's.
 */
export function numbersOffer({ ledger, market, holds, rows, life, ports }: NumberOfferParts): Offer<'numbers'> {
  const { profile } = ledger;
  const { policy, account } = profile;
  const monthTiming = LINE_TIMING[policy.numbersFundedBy];
  const setupTiming = LINE_TIMING[setupPaidFrom(policy)];

  /** The number, or why it cannot be had by this person; another one is named that is not in the cart already. */
  function obtainable(
    number: string,
    buyer: string,
    cart: readonly string[],
  ): MarketNumber | { readonly refused: Refusal } {
    const found = market.inventory.find(number);
    if (!found) {
      return { refused: new Refusal('not_offered', { detail: `This provider does not sell ${number}` }) };
    }
    const obstacle = market.obstacle(found);
    if (obstacle === undefined || (obstacle.kind === 'held' && obstacle.userId === buyer)) return found;
    const nearest = market.nearestTo(found, buyer, cart);
    const why = obstacle.kind === 'owned' ? 'The account has it already' : 'Somebody else has taken it';
    const instead = nearest ? `. The nearest free one is ${nearest.number}` : '';
    return { refused: new Refusal('number_taken', { detail: `${number}: ${why}${instead}` }) };
  }

  function requireAddress(found: MarketNumber): void {
    const { requirement } = found;
    if (requirement?.when !== 'before_purchase' || requirement.address === 'none') return;
    const where = requirement.address === 'local' ? found.country : null;
    if (ports.addresses.hasVerified(where)) return;
    throw new Refusal('address_required', { detail: `${found.number} needs a verified address of the account first` });
  }

  /** F-12: a first month that begins late is paid for the days it has, today among them. */
  function firstMonth(monthly: Micros, at: number): Micros {
    if (!renewsOnFirst(policy)) return monthly;
    const today = dayOf(at, account.timeZone);
    const days = daysInMonth(today);
    const left = daysInclusive(today, addMonths(today, 0, { clamp: 'anchored', anchorDay: days }));
    return toMicros(Number((BigInt(monthly) * BigInt(left) * 2n + BigInt(days)) / (BigInt(days) * 2n)));
  }

  function linesOf(found: MarketNumber, entitled: boolean, at: number): readonly DraftLine[] {
    const about = { quantity: 1, subject: found.number, entitled, taxable: true } as const;
    const monthly: DraftLine = {
      ...about,
      id: monthlyLine(found.number),
      item: 'number_monthly',
      description: `${found.number}, first month`,
      unitPrice: found.monthly,
      amount: entitled ? ZERO : firstMonth(found.monthly, at),
      timing: monthTiming,
      recurring: 'monthly',
    };
    if (found.setup === 0) return [monthly];
    const setup: DraftLine = {
      ...about,
      id: setupLine(found.number),
      item: 'number_setup',
      description: `${found.number}, set up once`,
      unitPrice: found.setup,
      amount: entitled ? ZERO : found.setup,
      timing: setupTiming,
      recurring: 'none',
    };
    return [setup, monthly];
  }

  function warningsOf(request: Request, found: readonly MarketNumber[], buyer: string): readonly Warning[] {
    const lapsed = request.items.filter((item) => item.hold_id !== undefined && !holds.find(item.hold_id, buyer));
    const papers = found.filter((each) => each.requirement?.when === 'after_purchase');
    return [
      ...lapsed.map((item) => ({
        code: 'hold_expired',
        text: `The hold of ${item.number} has run out: somebody else may take it before you buy`,
      })),
      ...papers.map((each) => ({
        code: 'requirements_pending',
        text: `${each.number} works only once these papers were accepted: ${(each.requirement?.documents ?? []).join('; ')}`,
      })),
    ];
  }

  function requireRoom(count: number): void {
    const { cap } = market.rules;
    const room = cap - rows.held();
    if (count <= room) return;
    throw new Refusal('out_of_range', { detail: `An account holds at most ${cap} numbers; there is room for ${room}` });
  }

  /** Covers as many of each type as the order has left, in the order they were asked for. */
  function entitledOnes(found: readonly MarketNumber[]): ReadonlySet<string> {
    const left = new Map<string, number>();
    const covered = new Set<string>();
    for (const { number, type } of found) {
      const rest = left.get(type) ?? ports.entitlements.left(type);
      if (rest > 0) covered.add(number);
      left.set(type, rest - 1);
    }
    return covered;
  }

  function price(request: Request, buyer: User, at: number): Draft {
    const numbers = request.items.map((item) => item.number);
    if (new Set(numbers).size !== numbers.length) {
      throw new Refusal('out_of_range', { detail: 'A number is in the cart twice' });
    }
    const found = numbers.map((number): MarketNumber => {
      const each = obtainable(number, buyer.id, numbers);
      if ('refused' in each) throw each.refused;
      requireAddress(each);
      return each;
    });
    requireRoom(found.length);
    const covered = entitledOnes(found);
    return {
      lines: found.flatMap((each) => linesOf(each, covered.has(each.number), at)),
      warnings: warningsOf(request, found, buyer.id),
      summary: found.length === 1 ? `Number ${numbers[0] ?? ''}` : `${found.length} numbers`,
    };
  }

  /** Why this one cannot be delivered any more; undefined = it was. */
  function deliverOne(number: string, entitled: boolean, cart: readonly string[], purchase: Begun) {
    const found = obtainable(number, purchase.userId, cart);
    if ('refused' in found) return found.refused.message;
    if (rows.held() >= market.rules.cap) return `${number}: the account holds as many numbers as it may`;
    if (entitled && !ports.entitlements.reserve(found.type, number)) {
      return `${number}: the initial order no longer covers it`;
    }
    life.begin(found, purchase);
    holds.end(number);
    return undefined;
  }

  return {
    kind: 'numbers',
    action: 'numbers.manage',
    price,
    deliver(request, draft, { chargeId, buyer, at }): readonly FailedLine[] {
      const userId = buyer?.id ?? profile.people.find((person) => person.role === 'owner')?.id ?? '';
      const cart = request.items.map((item) => item.number);
      return cart.flatMap((number): readonly FailedLine[] => {
        const lines = draft.lines.filter((line) => line.subject === number);
        const isEntitled = lines.some((line) => line.entitled);
        const detail = deliverOne(number, isEntitled, cart, { chargeId, userId, at });
        return detail === undefined ? [] : lines.map((line) => ({ lineId: line.id, detail }));
      });
    },
  };
}
