import type * as z from 'zod';
import type { Micros } from '../../../preload/contract/money.ts';
import { addMicros } from '../../../preload/contract/money.ts';
import type {
  availableNumberSchema,
  numberCountriesSchema,
  numberHoldSchema,
  numberPortSchema,
  numberRenewalsSchema,
  numberSchema,
} from '../../provider/api/resources/numbers.ts';
import { dayOf, isoDay } from '../ledger/calendar.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Hold } from '../ledger/numbers/holds.ts';
import type { MarketNumber } from '../ledger/numbers/inventory.ts';
import type { Numbers } from '../ledger/numbers/numbers.ts';
import type { OwnedRow } from '../ledger/numbers/rows.ts';
import { renewalPaidFrom } from '../ledger/numbers/timing.ts';
import type { NumberView } from '../ledger/numbers/view.ts';
import type { CountryMarket } from '../policies/number-market.ts';
import { money, timestamp } from './wire.ts';

type WireNumber = z.output<typeof numberSchema>;
type WireAvailable = z.output<typeof availableNumberSchema>;
type WireCountry = z.output<typeof numberCountriesSchema>['data'][number];

const when = (at: number | null): string | null => (at === null ? null : timestamp(at));

/** Numbers of the books and of the market as the API tells them. */
export interface NumberWire {
  owned(view: NumberView): WireNumber;
  available(found: MarketNumber, hold: Hold | undefined): WireAvailable;
  countries(): z.output<typeof numberCountriesSchema>;
  hold(hold: Hold): z.output<typeof numberHoldSchema>;
  renewals(): z.output<typeof numberRenewalsSchema>;
  ports(): z.output<typeof numberPortSchema>[];
}

interface PortRow {
  readonly id: string;
  readonly number: string;
  readonly carrier: string;
  readonly state: z.output<typeof numberPortSchema>['state'];
  readonly detail: string;
  readonly documents: string;
  readonly created_at: number;
  readonly expected_at: number | null;
}

export function createNumberWire(ledger: Ledger, numbers: Numbers): NumberWire {
  const { profile, clock, db, journal } = ledger;
  const { account, policy, numberMarket: rules } = profile;
  const { inventory } = numbers.market;
  const amount = (each: Micros) => money(each, account.currency);
  const names = new Intl.DisplayNames(['en'], { type: 'region' });
  const nameOf = (country: string): string => names.of(country) ?? country;
  const contact = policy.contact.sales ?? policy.contact.billing ?? policy.contact.support;
  const ports = db.prepare<[], PortRow>('SELECT * FROM number_ports ORDER BY created_at, id');

  function requirementOf(row: OwnedRow): WireNumber['requirement'] {
    if (row.requirementState === null) return null;
    const asked = inventory.country(row.country)?.requirement;
    return {
      state: row.requirementState,
      documents: [...(asked?.documents ?? [])],
      address: asked?.address ?? 'none',
      reason: row.requirementReason,
      due_at: when(row.requirementDueAt),
    };
  }

  function requestOf(row: OwnedRow): WireNumber['release_request'] {
    if (row.requestState === null) return null;
    return {
      state: row.requestState,
      requested_at: timestamp(row.requestedAt ?? 0),
      detail: row.requestDetail,
      contact: policy.contact.support,
    };
  }

  /** What may happen to it and when: the dates of its life. */
  function datesOf({ row, atRisk, safeUntil }: NumberView) {
    const isOver = row.state === 'released' || row.state === 'aging' || row.state === 'gone';
    const renewsAt = isOver ? null : row.renewsAt;
    return {
      purchased_at: timestamp(row.purchasedAt),
      renews_on: renewsAt === null ? null : isoDay(dayOf(renewsAt, account.timeZone)),
      renews_at: when(renewsAt),
      renewal_anchor_day: row.anchorDay,
      grace_until: when(row.graceUntil),
      at_risk_until: when(atRisk?.until ?? null),
      at_risk_reason: atRisk?.reason ?? null,
      safe_until: when(safeUntil),
      extended_until: when(row.extendedUntil),
      reclaim_until: when(row.reclaimUntil),
      released_reason: row.releasedReason,
    };
  }

  function countryOf(market: CountryMarket): WireCountry {
    const { country, requirement, placeSearch, products } = market;
    const here = inventory.numbers.filter((each) => each.country === country && each.region !== null);
    return {
      country,
      name: nameOf(country),
      sold: requirement === null ? 'yes' : 'documents',
      types: products.map((each) => ({
        type: each.type,
        setup: amount(each.setup),
        monthly: amount(each.monthly),
      })),
      filters: [
        'type',
        'area_code',
        'contains',
        'capability',
        'address_requirement',
        ...(placeSearch ? (['region', 'city'] as const) : []),
      ],
      regions: placeSearch ? [...new Set(here.map((each) => each.region ?? ''))].sort() : [],
      address_requirement: requirement?.address ?? 'none',
      documents: [...(requirement?.documents ?? [])],
      contact: null,
    };
  }

  const closed = (country: string): WireCountry => ({
    country,
    name: nameOf(country),
    sold: 'contact',
    types: [],
    filters: [],
    regions: [],
    address_requirement: 'local',
    documents: [],
    contact,
  });

  return {
    owned(view) {
      const { row } = view;
      return {
        number: row.number,
        label: row.label,
        country: row.country,
        type: row.type,
        area_code: row.areaCode,
        region: row.region,
        city: row.city,
        capabilities: JSON.parse(row.capabilities) as WireNumber['capabilities'],
        state: view.state,
        in_service: row.inService === 1,
        emergency: row.emergency,
        default_caller_id: view.isDefault,
        user_id: row.userId,
        monthly: amount(row.monthly),
        ...datesOf(view),
        forwarding:
          row.forwardTo === null || row.forwardWhen === null ? null : { to: row.forwardTo, when: row.forwardWhen },
        cnam: row.cnam === null ? null : { name: row.cnam, state: row.cnamState ?? 'pending' },
        dependants: view.dependants.map((each) => ({ ...each })),
        requirement: requirementOf(row),
        release_request: requestOf(row),
      };
    },
    available: (found, hold) => ({
      number: found.number,
      country: found.country,
      type: found.type,
      area_code: found.areaCode,
      region: found.region,
      city: found.city,
      capabilities: [...found.capabilities],
      setup: amount(found.setup),
      monthly: amount(found.monthly),
      address_requirement: found.address,
      requirement_when: found.requirement?.when ?? null,
      documents: [...(found.requirement?.documents ?? [])],
      activation_seconds: found.requirement?.when === 'after_purchase' ? null : Math.ceil(rules.activationMs / 1000),
      reservable: found.reservable,
      hold: hold ? { id: hold.id, expires_at: timestamp(hold.expiresAt) } : null,
    }),
    countries: () => ({
      data: [...rules.countries.map(countryOf), ...rules.byContact.map(closed)],
      vanity: rules.vanity === 'search' ? 'search' : 'contact',
      contact,
      as_of: timestamp(clock.now()),
    }),
    hold: (hold) => ({
      id: hold.id,
      number: hold.number,
      created_at: timestamp(hold.createdAt),
      expires_at: timestamp(hold.expiresAt),
      expires_at_latest: timestamp(hold.createdAt + rules.hold.maxMs),
    }),
    renewals: () => ({
      windows: numbers.forecast().map((each) => ({
        days: each.days,
        until: isoDay(each.day),
        count: each.count,
        amount: amount(each.amount),
        shortfall: amount(each.shortfall),
        failing: [...each.failing],
      })),
      paid_from: renewalPaidFrom(policy),
      needs: rules.renewal.needs,
      available: amount(addMicros(journal.balance(), policy.creditLimit)),
      as_of: timestamp(clock.now()),
    }),
    ports: () =>
      ports.all().map((row) => ({
        id: row.id,
        number: row.number,
        direction: 'in',
        carrier: row.carrier,
        state: row.state,
        detail: row.detail,
        documents: JSON.parse(row.documents) as z.output<typeof numberPortSchema>['documents'],
        emergency_capable: row.state === 'done',
        created_at: timestamp(row.created_at),
        expected_at: when(row.expected_at),
      })),
  };
}
