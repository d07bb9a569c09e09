import { assertNever } from '../../../../preload/contract/result.ts';
import type { Ledger } from '../ledger.ts';
import type { MarketNumber } from './inventory.ts';
import { labelOf } from './inventory.ts';
import type { NumberPorts } from './ports.ts';
import type { Renewals } from './renewals.ts';
import type { OwnedRow, OwnedRows } from './rows.ts';
import type { ReleaseReason } from './states.ts';
import { isHeld, isInService } from './states.ts';
import { renewalPaidFrom } from './timing.ts';
import type { DueTimer, NumberTimers } from './timers.ts';

/** How long a card that has not answered is left alone before it is asked again. */
const ASK_AGAIN_MS = 3_600_000;
/** A card that was declined is tried once a day; a balance that was short, whenever money comes in. */
const TRY_CARD_AGAIN_MS = 86_400_000;
const DAY_MS = 86_400_000;

/** A purchase whose number was just delivered. */
export interface Begun {
  readonly chargeId: string;
  readonly userId: string;
  readonly at: number;
}

/** What happens to numbers of the account: by time, by money and by people. Every method runs in a transaction. */
export interface Life {
  /** A number bought at that moment. */
  begin(found: MarketNumber, purchase: Begun): void;
  /** A timer that was due, at its moment. */
  timeIsUp(timer: DueTimer): void;
  /** Money came in: what could not be paid is tried again. */
  retry(at: number): void;
  /** A renewal that waited for a card is final. */
  settled(number: string, at: number): void;
  /** EXT-26: the papers were handed in. */
  submit(row: OwnedRow, papers: unknown, at: number): void;
  /** What became of the papers; `reason` is told when they were refused. */
  decide(row: OwnedRow, approved: boolean, reason: string | null, at: number): void;
  /** Ends the account's use of a number. */
  release(row: OwnedRow, reason: ReleaseReason, at: number): void;
  /** Takes a released number back: false = a renewal it missed cannot be paid. */
  reclaim(row: OwnedRow, at: number): boolean;
  /** VTC-30: support lets it live until then without money. */
  extend(row: OwnedRow, until: number, at: number): void;
  /** Until when a number is still there though it is not paid; undefined = it is paid. */
  lossAt(row: OwnedRow): number | undefined;
  /** When it is taken back unless somebody calls (VTC-27); undefined = never. */
  inactiveAt(row: OwnedRow): number | undefined;
}

export function createLife(
  ledger: Ledger,
  rows: OwnedRows,
  timers: NumberTimers,
  renewals: Renewals,
  ports: NumberPorts,
): Life {
  const { outbox, profile } = ledger;
  const { policy, numberMarket: rules } = profile;
  const holdAfter = policy.holdAfterSuspend;
  const paysByCard = renewalPaidFrom(policy) === 'card';

  const changed = (number: string, at: number): void => outbox.append('numbers.updated', at, { subject: number });
  const current = (number: string): OwnedRow => {
    const row = rows.find(number);
    if (!row) throw new Error('A timer of a number that is not there');
    return row;
  };

  const inactiveAt = (row: OwnedRow): number | undefined =>
    rules.inactivityMs === null ? undefined : (row.lastUsedAt ?? row.purchasedAt) + rules.inactivityMs;

  function lossAt(row: OwnedRow): number | undefined {
    if (row.state === 'suspended') return row.suspendedUntil ?? undefined;
    if (row.state !== 'renewal_failed') return undefined;
    const grace = row.graceUntil ?? 0;
    const held = holdAfter.kind === 'days' ? grace + holdAfter.days * DAY_MS : grace;
    return Math.max(held, row.extendedUntil ?? 0);
  }

  function setActive(row: OwnedRow, at: number): void {
    rows.move(row, 'active', { lastUsedAt: row.lastUsedAt ?? at });
    const inactive = inactiveAt(current(row.number));
    if (inactive !== undefined) timers.set(row.number, 'inactivity', Math.max(inactive, at + 1));
  }

  function provision(row: OwnedRow, at: number): void {
    rows.move(row, 'provisioning', { requirementState: 'approved', requirementReason: null, requirementDueAt: null });
    timers.clear(row.number, 'requirement_end');
    timers.set(row.number, 'activate', at + rules.activationMs);
  }

  function decide(row: OwnedRow, approved: boolean, reason: string | null, at: number): void {
    timers.clear(row.number, 'review');
    if (approved) provision(row, at);
    else rows.move(row, 'pending_requirements', { requirementState: 'rejected', requirementReason: reason });
    changed(row.number, at);
  }

  /** What a reviewer finds: an address asked for in the country must be there. */
  function review(row: OwnedRow, at: number): void {
    const needsLocal = rules.countries.find((each) => each.country === row.country)?.requirement?.address === 'local';
    const refused = needsLocal && !ports.addresses.hasVerified(row.country);
    decide(row, !refused, refused ? 'There is no verified address in the country of the number' : null, at);
  }

  function paid(row: OwnedRow, at: number): void {
    const next = renewals.next(row, at);
    const isBack = row.state === 'renewal_failed' || row.state === 'suspended';
    const state = {
      renewsAt: next.at,
      anchorDay: next.anchorDay,
      renewalsPaid: row.renewalsPaid + 1,
      renewalTries: 0,
      graceUntil: null,
      suspendedUntil: null,
      extendedUntil: null,
    };
    if (isBack) rows.move(row, 'active', state);
    else rows.change(row.number, state);
    timers.clear(row.number, 'grace_end');
    timers.clear(row.number, 'suspension_end');
    timers.clear(row.number, 'retry');
    timers.set(row.number, 'renew', next.at);
    changed(row.number, at);
  }

  function unpaid(row: OwnedRow, at: number): void {
    rows.change(row.number, { renewalTries: row.renewalTries + 1 });
    if (paysByCard) timers.set(row.number, 'retry', at + TRY_CARD_AGAIN_MS);
    if (row.state === 'renewal_failed' || row.state === 'suspended') return;
    if (!isInService(row.state)) {
      release(row, 'missed_renewal', at);
      return;
    }
    const graceUntil = at + rules.renewal.graceMs;
    rows.move(row, 'renewal_failed', { graceUntil });
    timers.set(row.number, 'grace_end', graceUntil);
    changed(row.number, at);
  }

  function renew(row: OwnedRow, at: number): void {
    if (!isHeld(row.state) || row.renewsAt === null || row.renewsAt > at) return;
    const outcome = renewals.take(row, at);
    switch (outcome.kind) {
      case 'paid':
        paid(row, at);
        return;
      case 'refused':
        unpaid(row, at);
        return;
      case 'pending':
        timers.set(row.number, 'retry', at + ASK_AGAIN_MS);
        return;
      default:
        assertNever(outcome);
    }
  }

  /** POL-17: what follows when the time of grace is over. */
  function endGrace(row: OwnedRow, at: number): void {
    const until = lossAt(row) ?? at;
    if (until <= at) {
      release(row, 'missed_renewal', at);
      return;
    }
    rows.move(row, 'suspended', { suspendedUntil: until, graceUntil: null });
    timers.set(row.number, 'suspension_end', until);
    changed(row.number, at);
  }

  function endRequirement(row: OwnedRow, at: number): void {
    // Papers that are being looked at are not late.
    if (row.state === 'pending_review') timers.set(row.number, 'requirement_end', at + rules.review.ms + 1);
    else if (row.state === 'pending_requirements') release(row, 'requirements', at);
  }

  function endInactivity(row: OwnedRow, at: number): void {
    const inactive = inactiveAt(row);
    if (inactive === undefined || !isHeld(row.state)) return;
    if (inactive <= at) release(row, 'inactivity', at);
    else timers.set(row.number, 'inactivity', inactive);
  }

  function age(row: OwnedRow, at: number): void {
    const agingUntil = at + rules.agingMs;
    rows.move(row, 'aging', { reclaimUntil: null, agingUntil });
    timers.set(row.number, 'aging_end', agingUntil);
    changed(row.number, at);
  }

  function release(row: OwnedRow, reason: ReleaseReason, at: number): void {
    const worked = row.state === 'active' || row.state === 'renewal_failed' || row.state === 'suspended';
    timers.clearAll(row.number);
    const reclaimUntil = at + rules.reclaimMs;
    const moved = rows.move(row, 'released', {
      releasedReason: reason,
      reclaimUntil,
      graceUntil: null,
      suspendedUntil: null,
      extendedUntil: null,
      emergency: 'none',
      isDefault: 0,
      forwardTo: null,
      forwardWhen: null,
      ...(row.requestState === 'open' ? { requestState: 'done' } : {}),
    });
    if (row.isDefault === 1) {
      const next = rows.all().filter((each) => each.inService === 1 && each.type !== 'toll_free')[0];
      rows.setDefault(next?.number ?? null);
    }
    ports.released(row.number, at);
    if (worked) timers.set(row.number, 'reclaim_end', reclaimUntil);
    else age(moved, at);
    changed(row.number, at);
  }

  return {
    lossAt,
    inactiveAt,
    decide,
    release,
    begin(found, { chargeId, userId, at }) {
      const first = renewals.first(at);
      const waits = found.requirement?.when === 'after_purchase';
      rows.insert({
        number: found.number,
        label: labelOf(found),
        country: found.country,
        type: found.type,
        areaCode: found.areaCode,
        region: found.region,
        city: found.city,
        capabilities: found.capabilities,
        state: waits ? 'pending_requirements' : 'provisioning',
        userId,
        monthly: found.monthly,
        chargeId,
        purchasedAt: at,
        anchorDay: first.anchorDay,
        renewsAt: first.at,
        ...(waits ? { requirementState: 'missing' as const, requirementDueAt: at + rules.review.deadlineMs } : {}),
      });
      timers.set(found.number, 'renew', first.at);
      if (waits) timers.set(found.number, 'requirement_end', at + rules.review.deadlineMs);
      else timers.set(found.number, 'activate', at + rules.activationMs);
      changed(found.number, at);
    },
    timeIsUp({ number, kind, at }) {
      const row = current(number);
      switch (kind) {
        case 'activate':
          setActive(row, at);
          changed(number, at);
          return;
        case 'review':
          review(row, at);
          return;
        case 'cnam':
          rows.change(number, { cnamState: 'listed' });
          changed(number, at);
          return;
        case 'support_answer':
          if (row.requestState === 'open') release(row, 'asked', at);
          return;
        case 'retry':
        case 'renew':
          renew(row, at);
          return;
        case 'grace_end':
          endGrace(row, at);
          return;
        case 'suspension_end':
          release(row, 'missed_renewal', at);
          return;
        case 'requirement_end':
          endRequirement(row, at);
          return;
        case 'inactivity':
          endInactivity(row, at);
          return;
        case 'reclaim_end':
          age(row, at);
          return;
        case 'aging_end':
          rows.move(row, 'gone', { agingUntil: null, renewsAt: null });
          changed(number, at);
          return;
        default:
          assertNever(kind);
      }
    },
    retry(at) {
      for (const row of rows.all()) {
        // One step later: a charge that ends in the moment of a renewal must not bring that moment back.
        if (row.state === 'renewal_failed' || row.state === 'suspended') timers.set(row.number, 'retry', at + 1);
      }
    },
    submit(row, papers, at) {
      rows.move(row, 'pending_review', {
        requirement: JSON.stringify(papers),
        requirementState: 'in_review',
        requirementReason: null,
      });
      timers.set(row.number, 'review', at + rules.review.ms);
      changed(row.number, at);
    },
    reclaim(row, at) {
      timers.clearAll(row.number);
      const back = rows.move(row, 'active', { reclaimUntil: null, releasedReason: null, lastUsedAt: at });
      const missed = row.renewsAt !== null && row.renewsAt <= at;
      if (missed) {
        if (renewals.take(back, at).kind !== 'paid') return false;
        paid(back, at);
      } else if (row.renewsAt !== null) timers.set(row.number, 'renew', row.renewsAt);
      const inactive = inactiveAt(current(row.number));
      if (inactive !== undefined) timers.set(row.number, 'inactivity', inactive);
      changed(row.number, at);
      return true;
    },
    settled(number, at) {
      const row = rows.find(number);
      if (row && isHeld(row.state)) timers.set(number, 'retry', at + 1);
    },
    extend(row, until, at) {
      rows.change(row.number, { extendedUntil: until });
      if (row.state === 'suspended') {
        const suspendedUntil = Math.max(until, row.suspendedUntil ?? 0);
        rows.change(row.number, { suspendedUntil });
        timers.set(row.number, 'suspension_end', suspendedUntil);
      }
      changed(row.number, at);
    },
  };
}
