import { randomUUID } from 'node:crypto';
import type { Micros } from '../../../preload/contract/money.ts';
import { toMicros } from '../../../preload/contract/money.ts';
import type { Admission, Books, LegMedia, LegRequest } from '../ports.ts';
import { readAccountDocument } from './account/live-account.ts';
import { negated } from './amounts.ts';
import type { CallDays } from './calls/call-days.ts';
import type { Dialling } from './calls/dialling.ts';
import type { Judge } from './calls/judge.ts';
import { priceOfLeg } from './calls/judge.ts';
import type { LegRow, Legs } from './calls/legs.ts';
import type { CallPorts } from './calls/ports.ts';
import type { NewUsage } from './journal.ts';
import type { Ledger } from './ledger.ts';
import type { People } from './people.ts';
import type { Price } from './prices.ts';
import { durationSeconds, rateCall } from './rating.ts';

/** What telephone networks carry: any other codec is converted at the trunk (ITU-T G.711, SCS-12). */
const TRUNK_CODECS: ReadonlySet<string> = new Set(['PCMU', 'PCMA']);

/** What the books are made of. */
export interface BooksParts {
  readonly people: People;
  readonly legs: Legs;
  readonly days: CallDays;
  readonly dialling: Dialling;
  readonly judge: Judge;
  readonly ports: CallPorts;
}

function describe(leg: LegRow, price: Price | undefined): string {
  const destination = price?.destination ?? 'an unknown destination';
  const words = (): string => {
    if (leg.emergency === 1) return 'Emergency call';
    if (leg.direction === 'inbound') return 'Call received';
    return leg.forwarded === 1 ? `Call forwarded to ${destination}` : `Call to ${destination}`;
  };
  const beyond =
    leg.beyond_channels === 'burst' ? ', burst' : leg.beyond_channels === null ? '' : ', beyond the trunks';
  return words() + beyond + (leg.answered_at === null ? ', not answered' : '');
}

/** What a call carried, as its row tells it. A call nobody answered carried nothing. */
function mediaOf(leg: LegRow): Pick<NewUsage, 'onNet' | 'media' | 'transcoded' | 'codec'> {
  const onNet = leg.on_net === 1;
  if (leg.answered_at === null) return { onNet };
  const transcoded = !onNet && leg.codec !== null && !TRUNK_CODECS.has(leg.codec);
  return { onNet, media: leg.media, transcoded, ...(transcoded && leg.codec !== null ? { codec: leg.codec } : {}) };
}

/** The books as the SIP side sees them. Every method is one transaction; a leg is rated once whoever asks again. */
export function createBooks(ledger: Ledger, parts: BooksParts): Books {
  const { db, profile, journal, prices, outbox, clock } = ledger;
  const { people, legs, days, dialling, judge, ports } = parts;
  const perPeriod = profile.policy.rating.scope === 'per_period';
  const amountOf = db.prepare<[string], number>('SELECT amount FROM usage WHERE id = ?').pluck();

  function holderOf(request: LegRequest, number: string): string | null {
    const holder = request.deviceId === null ? undefined : people.device(request.deviceId)?.userId;
    return holder ?? people.holderOf(request.direction === 'inbound' ? number : request.from) ?? null;
  }

  function admit(request: LegRequest, emergency: boolean): Admission {
    const now = clock.now();
    const { direction, leg, sipCallId, deviceId, from, media = 'audio' } = request;
    const number = dialling.toE164(request.to) ?? request.to;
    const { decision, price, perMinute } = judge.judge({ direction, number, media, emergency }, now);
    if (decision.kind === 'refused') {
      if (decision.why === 'no_channel') days.noChannel(now);
      return decision;
    }
    const id = `leg_${randomUUID()}`;
    legs.add({
      id,
      sipCallId,
      leg,
      direction,
      userId: holderOf(request, number),
      deviceId,
      from,
      to: number,
      emergency,
      onNet: request.onNet === true,
      forwarded: request.forwarded === true,
      rateId: price?.rateId ?? null,
      perMinute,
      metered: decision.metered,
      holdsChannel: decision.holdsChannel,
      beyondChannels: decision.beyondChannels,
      startedAt: now,
    });
    if (decision.holdsChannel) days.held(legs.channelsInUse(), now);
    outbox.append('live_calls.updated', now);
    return { kind: 'admitted', legId: id };
  }

  /** How a leg that ended is charged: now, with its month, or not at all. */
  function chargeOf(leg: LegRow, price: Price | undefined, durationSec: number) {
    if (leg.metered === 0 || price === undefined) {
      return { priceState: 'included', amount: toMicros(0), billedSec: 0, ratePerMinute: toMicros(0) } as const;
    }
    if (perPeriod) {
      return { priceState: 'price_pending', amount: toMicros(0), ratePerMinute: price.perMinute } as const;
    }
    const rated = rateCall(price, durationSec);
    const { billedSec } = rated;
    return { priceState: 'priced', amount: negated(rated.price), billedSec, ratePerMinute: price.perMinute } as const;
  }

  function close(leg: LegRow, how: { readonly sipCode: number | null; readonly cause: string }): Micros {
    const now = clock.now();
    const price = priceOfLeg(leg, prices);
    const durationSec = leg.answered_at === null ? 0 : durationSeconds(leg.answered_at, now);
    const charge = chargeOf(leg, price, durationSec);
    const usageId = journal.post(
      {
        kind: 'call',
        direction: leg.direction,
        description: describe(leg, price),
        // A device without a number of its own calls without one: its account name is nobody's number.
        ...(leg.direction === 'outbound' && !leg.from_party.startsWith('+') ? {} : { from: leg.from_party }),
        to: leg.to_party,
        durationSec,
        ...charge,
        ...(leg.user_id === null ? {} : { userId: leg.user_id }),
        ...(leg.device_id === null ? {} : { deviceId: leg.device_id }),
        sipCallId: leg.sip_call_id,
        leg: leg.leg,
        ...mediaOf(leg),
      },
      now,
    );
    legs.ended(leg.id, { at: now, ...how, usageId });
    const cost = negated(charge.amount);
    if (cost > 0 && leg.direction === 'outbound') days.spent(cost, now);
    outbox.append('usage.upserted', now, { usageId });
    if (cost !== 0) outbox.append('balance.updated', now);
    outbox.append('live_calls.updated', now);
    return cost;
  }

  function carries(legId: string, media: LegMedia | undefined): void {
    if (media) legs.describe(legId, media.media, media.codec);
  }

  return {
    get realm() {
      return readAccountDocument(ledger.settings).realm;
    },
    deviceByUser: (sipUser) => people.sipDevice(sipUser),
    devicesOfUser: (userId) => people.sipDevicesOf(userId),
    destination: (dialled) => dialling.destination(dialled),
    forwardingOf: (number) => ports.forwardingOf(number),

    admit(request) {
      const emergency = request.emergency || dialling.isEmergency(request.to);
      try {
        return ledger.write(() => admit(request, emergency));
      } catch (fault) {
        // A full disk must not stop an emergency call: it is free, so the books can do without it.
        if (emergency) return { kind: 'admitted', legId: `unrecorded_${randomUUID()}` };
        throw fault;
      }
    },

    answered(legId, media) {
      if (!legs.byId(legId)) return;
      ledger.write(() => {
        const now = clock.now();
        legs.answered(legId, now);
        carries(legId, media);
        outbox.append('live_calls.updated', now);
      });
    },

    mediaChanged(legId, media) {
      ledger.write(() => carries(legId, media));
    },

    ended(legId, how) {
      return ledger.write(() => {
        const leg = legs.byId(legId);
        if (!leg) return { charged: toMicros(0) };
        if (leg.usage_id !== null) return { charged: toMicros(-(amountOf.get(leg.usage_id) ?? 0)) };
        return { charged: close(leg, how) };
      });
    },
  };
}
