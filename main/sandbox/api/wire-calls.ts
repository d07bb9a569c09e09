import type * as z from 'zod';
import type { Micros } from '../../../preload/contract/money.ts';
import { parseDecimal, toDecimal } from '../../../preload/contract/money.ts';
import { mayDo } from '../../../preload/contract/roles.ts';
import type {
  liveCallsSchema,
  liveLegSchema,
  rateLookupSchema,
  spendControlsSchema,
} from '../../provider/api/resources/calls.ts';
import { totalChannels } from '../ledger/admission.ts';
import type { ChannelUse, LiveLeg } from '../ledger/calls/live-calls.ts';
import type { RateAnswer } from '../ledger/calls/rate-lookup.ts';
import { LOW_TALK_TIME_SEC } from '../ledger/calls/rate-lookup.ts';
import type { SpendSettings } from '../ledger/calls/spend-controls.ts';
import type { User } from '../ledger/people.ts';
import { Refusal } from './refusal.ts';
import { money, timestamp } from './wire.ts';

type WireLeg = z.output<typeof liveLegSchema>;
type WireChannels = z.output<typeof liveCallsSchema>['channels'];
type WireLookup = z.output<typeof rateLookupSchema>;
type WireControls = z.output<typeof spendControlsSchema>;

export function wireLiveLeg({ leg, userName, ratePerMinute, estimate }: LiveLeg, currency: string): WireLeg {
  return {
    leg_id: leg.id,
    sip_call_id: leg.sip_call_id,
    leg: leg.leg,
    direction: leg.direction,
    user_id: leg.user_id,
    user_name: userName,
    device_id: leg.device_id,
    from: leg.from_party,
    to: leg.to_party,
    state: leg.answered_at === null ? 'ringing' : 'answered',
    emergency: leg.emergency === 1,
    on_net: leg.on_net === 1,
    forwarded: leg.forwarded === 1,
    holds_channel: leg.holds_channel === 1,
    beyond_channels: leg.beyond_channels,
    since: timestamp(leg.started_at),
    answered_at: leg.answered_at === null ? null : timestamp(leg.answered_at),
    rate_per_minute: toDecimal(ratePerMinute),
    estimate: money(estimate, currency),
  };
}

export function wireChannels({ capacity, inUse, today }: ChannelUse): WireChannels {
  const total = totalChannels(capacity);
  return {
    capacity:
      capacity.kind === 'pooled'
        ? { model: 'pooled', total }
        : {
            model: 'in_out_twoway',
            inbound: capacity.inbound,
            outbound: capacity.outbound,
            two_way: capacity.twoWay,
            total,
          },
    in_use: { inbound: inUse.inbound, outbound: inUse.outbound, total: inUse.inbound + inUse.outbound },
    peak_today: { inbound: today.peakInbound, outbound: today.peakOutbound, total: today.peak },
    refused_today: today.noChannel,
  };
}

function talkLevel(seconds: number | null): WireLookup['talk_time']['level'] {
  if (seconds === null) return 'unlimited';
  if (seconds === 0) return 'none';
  return seconds < LOW_TALK_TIME_SEC ? 'low' : 'enough';
}

/** Minutes times rate is the hidden balance (design 9): without the grant only the level is told. */
export function wireLookup(answer: RateAnswer, rate: WireLookup['rate'], user: User): Omit<WireLookup, 'as_of'> {
  const { talkTimeSec: seconds, blocked } = answer;
  return {
    number: answer.number,
    class: answer.callClass,
    verdict: answer.verdict,
    blocked: blocked && { cause: blocked.why, reason: blocked.reason },
    rate,
    rate_per_minute: rate === null ? null : toDecimal(answer.perMinute),
    needs_channel: answer.needsChannel,
    talk_time: { seconds: mayDo(user, 'balance.exact') ? seconds : null, level: talkLevel(seconds) },
  };
}

const clockText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

const minuteOf = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

const decimalOrNull = (amount: Micros | null): string | null => (amount === null ? null : toDecimal(amount));

function microsOrNull(text: string | null, pointer: string): Micros | null {
  if (text === null) return null;
  const amount = parseDecimal(text);
  if (amount === undefined) throw new Refusal('out_of_range', { errors: [{ pointer, detail: 'Too large' }] });
  return amount;
}

export function wireSpendControls(settings: SpendSettings): WireControls {
  const { window } = settings;
  return {
    outgoing_enabled: settings.outgoingEnabled,
    daily_limit: decimalOrNull(settings.dailyLimit),
    max_rate_per_minute: decimalOrNull(settings.maxPerMinute),
    allowed_destinations: settings.allowed && [...settings.allowed],
    blocked_destinations: [...settings.blocked],
    concurrent_limit: settings.concurrentLimit,
    calling_window: window && { weekdays: [...window.days], from: clockText(window.from), to: clockText(window.to) },
  };
}

export function readSpendControls(wire: WireControls): SpendSettings {
  const { calling_window: window } = wire;
  return {
    outgoingEnabled: wire.outgoing_enabled,
    dailyLimit: microsOrNull(wire.daily_limit, '/daily_limit'),
    maxPerMinute: microsOrNull(wire.max_rate_per_minute, '/max_rate_per_minute'),
    allowed: wire.allowed_destinations,
    blocked: wire.blocked_destinations,
    concurrentLimit: wire.concurrent_limit,
    window: window && { days: window.weekdays, from: minuteOf(window.from), to: minuteOf(window.to) },
  };
}
