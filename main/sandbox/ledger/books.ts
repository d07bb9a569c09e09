import { randomUUID } from 'node:crypto';
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { CountryCode } from 'libphonenumber-js/min';
import type { Micros } from '../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../preload/contract/money.ts';
import { callClass } from '../policies/deck.ts';
import type { Admission, Books, Destination, LegRequest } from '../ports.ts';
import { findSpecial } from '../scenarios/special-numbers.ts';
import { decideAdmission } from './admission.ts';
import { negated } from './amounts.ts';
import type { Ledger } from './ledger.ts';
import type { People } from './people.ts';
import type { Price } from './prices.ts';
import { durationSeconds, rateCall } from './rating.ts';

/** Digest realm and SIP domain of every sandbox (RFC 2606: names nobody can own). */
export const SANDBOX_REALM = 'sandbox.invalid';

/** A metered call in progress must be able to pay for so much more (F-06). */
const NEXT_MINUTE_SEC = 60;

interface LegRow {
  readonly id: string;
  readonly sip_call_id: string;
  readonly leg: 'a' | 'b';
  readonly direction: 'outbound' | 'inbound';
  readonly user_id: string | null;
  readonly device_id: string | null;
  readonly from_party: string;
  readonly to_party: string;
  readonly emergency: 0 | 1;
  readonly rate_id: number | null;
  readonly metered: 0 | 1;
  readonly holds_channel: 0 | 1;
  readonly started_at: number;
  readonly answered_at: number | null;
  readonly ended_at: number | null;
  readonly usage_id: string | null;
}

/** The books as the SIP side sees them. Every method is one transaction; a leg is rated once whoever asks again. */
export function createBooks(ledger: Ledger, people: People): Books {
  const { db, profile, journal, prices, outbox, clock } = ledger;
  const { policy, account } = profile;
  const live = db.prepare<[], LegRow>('SELECT * FROM legs WHERE ended_at IS NULL');
  const legById = db.prepare<[string], LegRow>('SELECT * FROM legs WHERE id = ?');
  const insertLeg = db.prepare(`
    INSERT INTO legs (id, sip_call_id, leg, direction, user_id, device_id, from_party, to_party, emergency, rate_id,
      metered, holds_channel, started_at)
    VALUES (@id, @sipCallId, @leg, @direction, @userId, @deviceId, @from, @to, @emergency, @rateId,
      @metered, @holdsChannel, @startedAt)`);
  const setAnswered = db.prepare('UPDATE legs SET answered_at = ? WHERE id = ? AND answered_at IS NULL');
  const setEnded = db.prepare('UPDATE legs SET ended_at = ?, sip_code = ?, cause = ?, usage_id = ? WHERE id = ?');
  const amountOf = db.prepare<[string], number>('SELECT amount FROM usage WHERE id = ?').pluck();
  const isFrozen = db.prepare<[], number>('SELECT frozen FROM account').pluck();

  function isEmergency(dialled: string): boolean {
    const { numbers, testNumber } = policy.emergency;
    return numbers.includes(dialled) || dialled === testNumber;
  }

  /** E.164 of what was dialled as a person of the account's country dials it; undefined = no number. */
  function toE164(dialled: string): string | undefined {
    const special = findSpecial(dialled);
    if (special) return special.number;
    if (!/^\+?[\d\s().-]{3,24}$/.test(dialled)) return undefined;
    const parsed = parsePhoneNumberFromString(dialled, account.country as CountryCode);
    return parsed?.isPossible() === true ? parsed.number : undefined;
  }

  function priceOf(leg: LegRow): Price | undefined {
    return leg.rate_id === null ? undefined : prices.byId(leg.rate_id);
  }

  function runningCost(now: number): Micros {
    const costs = live.all().map((leg) => {
      const price = leg.metered === 1 && leg.answered_at !== null ? priceOf(leg) : undefined;
      if (!price || leg.answered_at === null) return toMicros(0);
      return rateCall(price, durationSeconds(leg.answered_at, now) + NEXT_MINUTE_SEC).price;
    });
    return addMicros(...costs);
  }

  function decide(request: LegRequest, price: Price | undefined, emergency: boolean, now: number) {
    const holding = live.all().filter((leg) => leg.holds_channel === 1);
    return decideAdmission(policy, {
      emergency,
      direction: request.direction,
      callClass: price ? callClass(price) : 'international',
      rated: price !== undefined && !price.included && (price.perMinute > 0 || price.setupFee > 0),
      frozen: isFrozen.get() === 1,
      channels: {
        inbound: holding.filter((leg) => leg.direction === 'inbound').length,
        outbound: holding.filter((leg) => leg.direction === 'outbound').length,
      },
      balance: journal.balance(),
      runningCost: runningCost(now),
    });
  }

  function admit(request: LegRequest, emergency: boolean): Admission {
    const now = clock.now();
    const number = toE164(request.to) ?? request.to;
    const price = emergency ? undefined : prices.find(number, request.direction, now);
    const decision = decide(request, price, emergency, now);
    if (decision.kind === 'refused') return decision;
    const id = `leg_${randomUUID()}`;
    const deviceHolder = request.deviceId === null ? undefined : people.device(request.deviceId)?.userId;
    insertLeg.run({
      id,
      sipCallId: request.sipCallId,
      leg: request.leg,
      direction: request.direction,
      userId: deviceHolder ?? people.holderOf(request.direction === 'inbound' ? number : request.from) ?? null,
      deviceId: request.deviceId,
      from: request.from,
      to: number,
      emergency: emergency ? 1 : 0,
      rateId: price?.rateId ?? null,
      metered: decision.metered ? 1 : 0,
      holdsChannel: decision.holdsChannel ? 1 : 0,
      startedAt: now,
    });
    return { kind: 'admitted', legId: id };
  }

  function describe(leg: LegRow, price: Price | undefined): string {
    const what =
      leg.emergency === 1
        ? 'Emergency call'
        : leg.direction === 'inbound'
          ? 'Call received'
          : `Call to ${price?.destination ?? 'an unknown destination'}`;
    return leg.answered_at === null ? `${what}, not answered` : what;
  }

  function close(leg: LegRow, how: { readonly sipCode: number | null; readonly cause: string }): Micros {
    const now = clock.now();
    const price = priceOf(leg);
    const durationSec = leg.answered_at === null ? 0 : durationSeconds(leg.answered_at, now);
    const metered = leg.metered === 1 && price !== undefined;
    const rated = metered ? rateCall(price, durationSec) : { billedSec: 0, price: toMicros(0) };
    const usageId = journal.post(
      {
        kind: 'call',
        direction: leg.direction,
        priceState: metered ? 'priced' : 'included',
        amount: negated(rated.price),
        description: describe(leg, price),
        from: leg.from_party,
        to: leg.to_party,
        durationSec,
        billedSec: rated.billedSec,
        ratePerMinute: metered ? price.perMinute : toMicros(0),
        ...(leg.user_id === null ? {} : { userId: leg.user_id }),
        ...(leg.device_id === null ? {} : { deviceId: leg.device_id }),
        sipCallId: leg.sip_call_id,
        leg: leg.leg,
      },
      now,
    );
    setEnded.run(now, how.sipCode, how.cause, usageId, leg.id);
    outbox.append('usage.upserted', now, { usageId });
    if (rated.price !== 0) outbox.append('balance.updated', now);
    return rated.price;
  }

  return {
    realm: SANDBOX_REALM,
    deviceByUser: (sipUser) => people.sipDevice(sipUser),
    devicesOfUser: (userId) => people.sipDevicesOf(userId),

    destination(dialled): Destination {
      if (isEmergency(dialled)) return { kind: 'emergency' };
      const special = findSpecial(toE164(dialled) ?? dialled);
      if (special) return { kind: special.destination };
      const number = toE164(dialled);
      if (number === undefined) return { kind: 'invalid' };
      const userId = people.holderOf(number);
      return userId === undefined ? { kind: 'announcement' } : { kind: 'own', userId };
    },

    admit(request) {
      const emergency = request.emergency || isEmergency(request.to);
      try {
        return ledger.write(() => admit(request, emergency));
      } catch (fault) {
        // A full disk must not stop an emergency call: it is free, so the books can do without it.
        if (emergency) return { kind: 'admitted', legId: `unrecorded_${randomUUID()}` };
        throw fault;
      }
    },

    answered(legId) {
      if (!legById.get(legId)) return;
      ledger.write(() => setAnswered.run(clock.now(), legId));
    },

    ended(legId, how) {
      return ledger.write(() => {
        const leg = legById.get(legId);
        if (!leg) return { charged: toMicros(0) };
        if (leg.usage_id !== null) return { charged: toMicros(-(amountOf.get(leg.usage_id) ?? 0)) };
        return { charged: close(leg, how) };
      });
    },
  };
}
