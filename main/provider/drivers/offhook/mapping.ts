import type * as z from 'zod';
import type {
  Account,
  Balance,
  OwnedNumber,
  PhoneCredentials,
  Policy,
  Rate,
  UsageRow,
} from '../../../../preload/contract/models.ts';
import type { Micros, Money } from '../../../../preload/contract/money.ts';
import { parseDecimal } from '../../../../preload/contract/money.ts';
import { digestHa1 } from '../../../platform/digest.ts';
import { isLoopback } from '../../../platform/loopback.ts';
import type { moneySchema } from '../../api/primitives.ts';
import type { accountSchema } from '../../api/resources/account.ts';
import type { balanceSchema } from '../../api/resources/balance.ts';
import type { deviceSchema } from '../../api/resources/devices.ts';
import type { numberSchema } from '../../api/resources/numbers.ts';
import type { policySchema } from '../../api/resources/policy.ts';
import type { rateSchema } from '../../api/resources/rates.ts';
import type { usageRowSchema } from '../../api/resources/usage.ts';

type Wire<S extends z.ZodType> = z.output<S>;

/** Thrown while mapping an answer that fits the schema but not the contract; the driver answers provider_protocol. */
export class WireFault extends Error {}

/** Where to register: wss, or ws on this machine. The window's content policy takes nothing else, and must never have to. */
function sipServer(text: string): string {
  const url = URL.parse(text);
  const isSafe = url?.protocol === 'wss:' || (url?.protocol === 'ws:' && isLoopback(url.hostname));
  if (!url || !isSafe || url.username !== '' || !/^[\w.:[\]-]+$/.test(url.host)) {
    throw new WireFault('sip.wss_url: not a wss address');
  }
  return text;
}

function amount(text: string, place: string): Micros {
  const micros = parseDecimal(text);
  if (micros === undefined) throw new WireFault(`${place}: amount out of range`);
  return micros;
}

function money(wire: Wire<typeof moneySchema>, place: string): Money {
  return { micros: amount(wire.amount, place), currency: wire.currency };
}

/** RFC 3339 to UTC ms. The schema has proven the form; Date.parse still refuses a 31 February. */
export function utcMs(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at) || at < 0) throw new WireFault('time out of range');
  return at;
}

export function toAccount(wire: Wire<typeof accountSchema>): Account {
  return {
    id: wire.id,
    name: wire.name,
    driver: 'offhook',
    isSandbox: wire.sandbox,
    providerName: wire.provider_name,
    timeZone: wire.time_zone,
    countryCode: wire.country,
    currency: wire.currency,
    ownerContact: wire.owner_contact,
    user: wire.user,
    capabilities: { balance: 'read', usage: 'read', rates: 'read', numbers: 'read' },
  };
}

/** `fetchedAt` is the provider's real time of this answer: the policy itself may be older. */
export function toPolicy(wire: Wire<typeof policySchema>, serverNow: number): Policy {
  return {
    emergency: { numbers: wire.emergency.numbers, testNumber: wire.emergency.test_number },
    testNumbers: wire.test_numbers.map(({ number, short_code, label }) => ({ number, shortCode: short_code, label })),
    media: wire.media,
    inboundRated: wire.inbound_rated,
    admissionReserve: money(wire.admission_reserve, 'admission_reserve'),
    newCallsAtZero: wire.zero.new_calls.stop,
    fetchedAt: serverNow,
  };
}

export function toBalance(wire: Wire<typeof balanceSchema>): Balance {
  const { exact } = wire;
  return {
    level: wire.level,
    exact:
      exact === null
        ? null
        : {
            balance: money(exact.balance, 'balance'),
            pending: money(exact.pending, 'pending'),
            available: money(exact.available, 'available'),
            creditLimit: money(exact.credit_limit, 'credit_limit'),
          },
    asOf: utcMs(wire.as_of),
  };
}

export function toRate(wire: Wire<typeof rateSchema>): Rate {
  return {
    prefix: wire.prefix,
    countryCode: wire.country,
    destination: wire.destination,
    direction: wire.direction,
    kind: wire.kind,
    perMinute: amount(wire.per_minute, 'per_minute'),
    setupFee: amount(wire.setup_fee, 'setup_fee'),
    currency: wire.currency,
    minSec: wire.minimum_seconds,
    incSec: wire.increment_seconds,
    freeSec: wire.free_seconds,
    included: wire.included,
    effectiveFrom: utcMs(wire.effective_from),
  };
}

export function toUsageRow(wire: Wire<typeof usageRowSchema>): UsageRow {
  return {
    id: wire.id,
    time: utcMs(wire.time),
    version: wire.version,
    kind: wire.kind,
    direction: wire.direction,
    priceState: wire.price_state,
    amount: amount(wire.amount.amount, 'amount'),
    currency: wire.amount.currency,
    description: wire.description,
    from: wire.from,
    to: wire.to,
    durationSec: wire.duration_seconds,
    billedSec: wire.billed_seconds,
    ratePerMinute: wire.rate_per_minute === null ? null : amount(wire.rate_per_minute, 'rate_per_minute'),
    userId: wire.user_id,
    userName: wire.user_name,
    deviceId: wire.device_id,
    sipCallId: wire.sip_call_id,
    leg: wire.leg,
  };
}

/** What a phone has to know of a number's life: whether it works, will, does not now, or is given up. */
const NUMBER_STATES: Readonly<Record<Wire<typeof numberSchema>['state'], OwnedNumber['state']>> = {
  pending_requirements: 'provisioning',
  pending_review: 'provisioning',
  port_in: 'provisioning',
  provisioning: 'provisioning',
  active: 'active',
  renewal_due: 'active',
  renewal_failed: 'active',
  release_requested: 'active',
  port_out: 'active',
  suspended: 'suspended',
  released: 'released',
  aging: 'released',
  gone: 'released',
};

export function toOwnedNumber(wire: Wire<typeof numberSchema>): OwnedNumber {
  return {
    number: wire.number,
    label: wire.label,
    countryCode: wire.country,
    capabilities: wire.capabilities,
    state: NUMBER_STATES[wire.state],
    emergency: wire.emergency,
    isDefaultCallerId: wire.default_caller_id,
  };
}

/** The window gets HA1 for the device's own realm, never the password. */
export function toCredentials(
  wire: Wire<typeof deviceSchema>,
  displayName: string,
  media: Policy['media'],
): PhoneCredentials {
  const { sip } = wire;
  const ha1 = digestHa1(sip.authorization_user, sip.realm, sip.password);
  return {
    wssUrl: sipServer(sip.wss_url),
    domain: sip.domain,
    user: sip.user,
    authorizationUser: sip.authorization_user,
    realm: sip.realm,
    ha1,
    instanceId: wire.instance_id,
    displayName,
    registerExpiresSec: sip.register_expires_seconds,
    iceServers: sip.ice_servers.map((server) => ({
      urls: server.urls,
      ...(server.username === undefined ? {} : { username: server.username }),
      ...(server.credential === undefined ? {} : { credential: server.credential }),
    })),
    media,
  };
}
