import type { Micros } from '../../../../preload/contract/money.ts';
import { toMicros } from '../../../../preload/contract/money.ts';
import { Refusal } from '../../api/refusal.ts';
import type { TrunkKind } from '../../policies/plan.ts';
import type { ChannelModel, ChargeTiming } from '../../policies/profile.ts';
import { negated } from '../amounts.ts';
import { addDays, dayOf, isoDay, startOfDay } from '../calendar.ts';
import type { Draft, DraftLine, Offer, RequestOf, Warning } from '../commerce/offer.ts';
import type { Ledger } from '../ledger.ts';
import type { User } from '../people.ts';
import { calculate, monthOf, prorate, share } from './calculation.ts';
import type { Capacity } from './capacity.ts';
import { UNLIMITED, kindsOf, totalOf } from './capacity.ts';
import type { TrunkUse } from './trunk-use.ts';

type Request = RequestOf<'channels'>;

export interface ChannelsOfferPorts {
  readonly capacity: Capacity;
  readonly use: Pick<TrunkUse, 'now'>;
}

const NAMES: Readonly<Record<TrunkKind, string>> = {
  pooled: 'Channels',
  inbound: 'Inbound trunks',
  outbound: 'Outbound trunks',
  two_way: 'Two-way trunks',
};

interface Change {
  readonly kind: TrunkKind;
  readonly before: number;
  readonly after: number;
}

/** What was asked for, in the model of the account; a kind not named stays as it is. */
function wantedModel(current: ChannelModel, request: Request): ChannelModel {
  const pooledOnly = current.kind === 'pooled';
  const foreign = pooledOnly ? [request.inbound, request.outbound, request.two_way] : [request.pooled];
  if (foreign.some((value) => value !== undefined)) {
    const detail = pooledOnly ? 'This account has one pool of channels' : 'This account has trunks of three kinds';
    throw new Refusal('out_of_range', { detail });
  }
  if (current.kind === 'pooled') return { kind: 'pooled', count: request.pooled ?? current.count };
  return {
    kind: 'in_out_twoway',
    inbound: request.inbound ?? current.inbound,
    outbound: request.outbound ?? current.outbound,
    twoWay: request.two_way ?? current.twoWay,
  };
}

const isLower = ({ before, after }: Change): boolean =>
  before === UNLIMITED ? after !== UNLIMITED : after < before && after !== UNLIMITED;

function changesOf(before: ChannelModel, after: ChannelModel): readonly Change[] {
  const wanted = kindsOf(after);
  return kindsOf(before).map(({ kind, count }, index) => ({
    kind,
    before: count,
    after: wanted[index]?.count ?? count,
  }));
}

/** How the shortened first month is paid where POL-12 names no moment of its own. */
function firstPaid(timing: ChargeTiming): ChargeTiming {
  if (timing === 'calendar_1st_prorated') return 'now_card';
  return timing === 'anniversary' ? 'now_balance' : timing;
}

/**
 * Channels and trunks (SIPUS-07, SIPUS-38, KZ-11, KZ-18 to KZ-21). The request names the numbers there shall be, not the
 * difference. What is added is charged for the rest of the month (F-12) and then every month; what is taken away ends at
 * once or with the month, and comes back as credit on the next statement where POL-18 gives any.
 */
export function createChannelsOffer(ledger: Ledger, ports: ChannelsOfferPorts): Offer<'channels'> {
  const { profile } = ledger;
  const { policy, plan } = profile;
  const { trunks } = plan;
  const timing = policy.charging.channels ?? 'next_statement';

  function checkAllowed(changes: readonly Change[]): void {
    const moved = changes.filter((change) => change.before !== change.after);
    if (moved.length > 0 && trunks.changedBy === 'provider') {
      const contact = policy.contact.billing ?? 'the provider';
      throw new Refusal('contact_provider', { detail: `Ask ${contact}: the reseller of this account sets its limits` });
    }
    if (moved.some((change) => change.after === UNLIMITED)) {
      throw new Refusal('contact_provider', { detail: 'Only the provider makes channels unlimited' });
    }
    if (moved.some((change) => change.after > trunks.maximum)) {
      throw new Refusal('out_of_range', { detail: `At most ${trunks.maximum} of a kind; ask the provider for more` });
    }
  }

  const monthly = (kind: TrunkKind, count: number): Micros => calculate(trunks.prices[kind], count).total;

  /** What the difference costs a month, by the plan's own mathematics: positive when it costs more. */
  const difference = ({ kind, before, after }: Change): Micros =>
    toMicros(monthly(kind, Math.max(0, after)) - monthly(kind, Math.max(0, before)));

  function line(
    change: Change,
    changes: Partial<DraftLine> & Pick<DraftLine, 'id' | 'description' | 'amount'>,
  ): DraftLine {
    const quantity = Math.abs(Math.max(0, change.after) - Math.max(0, change.before));
    return {
      item: 'channels',
      quantity,
      unitPrice: calculate(trunks.prices[change.kind], Math.max(0, change.after, change.before)).unitPrice,
      timing,
      recurring: 'none',
      subject: change.kind,
      entitled: false,
      taxable: true,
      ...changes,
    };
  }

  function linesOf(change: Change, at: number): readonly DraftLine[] {
    const zone = profile.account.timeZone;
    const today = dayOf(at, zone);
    const month = monthOf(today);
    const part = share(month, today);
    const days = `${isoDay(today)} to ${isoDay(month.last)}, ${part.days} of ${part.ofDays} days`;
    const name = NAMES[change.kind];
    const cost = difference(change);
    const grows = !isLower(change);
    if (timing === 'arrears_peak') {
      const description = `${name}: billed at the month's peak`;
      return grows
        ? [line(change, { id: `${change.kind}.monthly`, description, amount: cost, recurring: 'monthly' })]
        : [];
    }
    if (grows) {
      const first = prorate(cost, part);
      return [
        line(change, {
          id: `${change.kind}.now`,
          description: `${name}, ${days}`,
          amount: first,
          timing: firstPaid(timing),
        }),
        line(change, {
          id: `${change.kind}.monthly`,
          description: `${name}, every month from ${isoDay(addDays(month.last, 1))}`,
          amount: cost,
          timing: timing === 'next_statement' ? 'next_statement' : 'calendar_1st_prorated',
          recurring: 'monthly',
        }),
      ];
    }
    if (policy.refund.kind !== 'prorated_credit' || trunks.lowered === 'at_period_end' || cost >= 0) return [];
    const credit = negated(prorate(negated(cost), part));
    return [
      line(change, {
        id: `${change.kind}.credit`,
        description: `${name}: unused part, ${days}`,
        amount: credit,
        timing: 'next_statement',
      }),
    ];
  }

  function warningsOf(changes: readonly Change[], wanted: ChannelModel, at: number): readonly Warning[] {
    const warnings: Warning[] = [];
    const { inbound, outbound } = ports.use.now();
    const inUse = inbound + outbound;
    const limit = totalOf(wanted);
    const lowered = changes.some(isLower);
    if (limit !== UNLIMITED && inUse > limit) {
      warnings.push({
        code: 'below_active_use',
        text: `${inUse} active, limit ${limit} after confirming. Calls in progress stay up; new ones wait until there is room.`,
      });
    }
    if (changes.some((change) => change.before === UNLIMITED && change.after !== UNLIMITED)) {
      const text = 'Unlimited channels end with this. Only the provider can give them back.';
      warnings.push({ code: 'unlimited_ends', text });
    }
    if (lowered && trunks.lowered === 'at_period_end') {
      const zone = profile.account.timeZone;
      const text = `The lower number holds from ${isoDay(addDays(monthOf(dayOf(at, zone)).last, 1))} on.`;
      warnings.push({ code: 'from_next_period', text });
    }
    if (lowered && timing === 'arrears_peak' && policy.meters.trunks === 'peak') {
      const text = 'This month is billed at its peak: the lower number does not lower its bill.';
      warnings.push({ code: 'peak_reached', text });
    }
    return warnings;
  }

  /** Raised at once, lowered when the plan says so; where one request does both, what is raised need not wait. */
  function deliver(wanted: ChannelModel, changes: readonly Change[], actor: User | null, at: number): void {
    const { capacity } = ports;
    const waits = trunks.lowered === 'at_period_end' && changes.some(isLower);
    if (!waits) {
      capacity.set(wanted, actor);
      return;
    }
    const raised = changes.map((change) => (isLower(change) ? change.before : change.after));
    const [first = 0, second = 0, third = 0] = raised;
    const until: ChannelModel =
      wanted.kind === 'pooled'
        ? { kind: 'pooled', count: first }
        : { kind: 'in_out_twoway', inbound: first, outbound: second, twoWay: third };
    if (JSON.stringify(until) !== JSON.stringify(capacity.current())) capacity.set(until, actor);
    const zone = profile.account.timeZone;
    capacity.set(wanted, actor, startOfDay(addDays(monthOf(dayOf(at, zone)).last, 1), zone));
  }

  return {
    kind: 'channels',
    action: 'plan.change',
    price(request, _buyer, at): Draft {
      const current = ports.capacity.current();
      const wanted = wantedModel(current, request);
      const changes = changesOf(current, wanted);
      checkAllowed(changes);
      const moved = changes.filter((change) => change.before !== change.after);
      const summary = moved.map(({ kind, before, after }) => `${NAMES[kind]} ${before} to ${after}`).join(', ');
      return {
        lines: moved.flatMap((change) => linesOf(change, at)),
        warnings: warningsOf(moved, wanted, at),
        summary: summary || 'Channels, unchanged',
      };
    },
    deliver(request, _draft, purchase) {
      const current = ports.capacity.current();
      const wanted = wantedModel(current, request);
      deliver(wanted, changesOf(current, wanted), purchase.buyer, purchase.at);
      return [];
    },
  };
}
