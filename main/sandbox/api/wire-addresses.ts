import type * as z from 'zod';
import type {
  addressLinesSchema,
  addressSchema,
  emergencyLocationSchema,
  numberEmergencySchema,
} from '../../provider/api/resources/addresses.ts';
import type { Address } from '../ledger/addresses/addresses.ts';
import { linesOf } from '../ledger/addresses/addresses.ts';
import type { AddressLines } from '../ledger/addresses/postal.ts';
import type { User } from '../ledger/people.ts';
import type { ApiContext } from './context.ts';
import { timestamp } from './wire.ts';

type WireLines = z.output<typeof addressLinesSchema>;
type WireAddress = z.output<typeof addressSchema>;

const WIRE_FIELD: Readonly<Record<keyof AddressLines, string>> = {
  street: '/street',
  unit: '/unit',
  city: '/city',
  region: '/region',
  postalCode: '/postal_code',
  country: '/country',
};

export function toLines(wire: WireLines): AddressLines {
  const { postal_code: postalCode, ...same } = wire;
  return { ...same, postalCode };
}

function wireLines(lines: AddressLines): WireLines {
  const { postalCode, ...same } = lines;
  return { ...same, postal_code: postalCode };
}

export function wireAddress(context: ApiContext, address: Address): WireAddress {
  const { located } = address;
  return {
    id: address.id,
    purpose: address.purpose,
    outcome: address.outcome,
    state: address.state,
    entered: wireLines(address.entered),
    located: located && wireLines(located),
    chosen: address.chosen,
    problems: address.problems.map(({ code, field, text }) => ({ code, pointer: `/lines${WIRE_FIELD[field]}`, text })),
    support: context.ledger.profile.policy.contact.support,
    is_business: address.isBusiness,
    created_at: timestamp(address.createdAt),
    updated_at: timestamp(address.updatedAt),
  };
}

/** The registration of a number; `none` where there is none. */
export function wireNumberEmergency(
  context: ApiContext,
  number: string,
  capable: boolean,
): z.output<typeof numberEmergencySchema> {
  const { ledger, services } = context;
  const registration = services.registrations.find(number);
  const address = registration && services.addresses.byId(registration.addressId);
  return {
    number,
    capable,
    state: registration?.state ?? 'none',
    address: address ? wireAddress(context, address) : null,
    floor: registration?.floor ?? null,
    room: registration?.room ?? null,
    reason: registration?.reason ?? null,
    since: registration ? timestamp(registration.since) : null,
    as_of: timestamp(ledger.clock.now()),
  };
}

/** Where this person says this device is, and what an emergency call would show without that. */
export function wireEmergencyLocation(
  context: ApiContext,
  user: User,
  instanceId: string,
): z.output<typeof emergencyLocationSchema> {
  const { ledger, services } = context;
  const { addresses, registrations, locations } = services;
  const location = locations.find(user.id, instanceId);
  const address = location && addresses.byId(location.addressId);
  const callerId = registrations.callerIdFor(user.id);
  const registration = callerId === null ? undefined : registrations.find(callerId);
  const registered = registration && addresses.byId(registration.addressId);
  return {
    instance_id: instanceId,
    address: address ? wireAddress(context, address) : null,
    floor: location?.floor ?? null,
    room: location?.room ?? null,
    confirmed_at: location ? timestamp(location.confirmedAt) : null,
    caller_id: callerId,
    caller_id_address: registered ? wireLines(linesOf(registered)) : null,
    as_of: timestamp(ledger.clock.now()),
  };
}
