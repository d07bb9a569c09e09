import type * as z from 'zod';
import type { Micros } from '../../../preload/contract/money.ts';
import { toDecimal } from '../../../preload/contract/money.ts';
import type { moneySchema } from '../../provider/api/primitives.ts';
import type { accountSchema } from '../../provider/api/resources/account.ts';
import type { deviceSchema } from '../../provider/api/resources/devices.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Device, User } from '../ledger/people.ts';

/** Short, so that a device that vanished stops ringing soon; a WebSocket tells most ends at once. */
const REGISTER_EXPIRES_SEC = 300;

export const timestamp = (at: number): string => new Date(at).toISOString();

export function money(amount: Micros, currency: string): z.output<typeof moneySchema> {
  return { amount: toDecimal(amount), currency };
}

export function wireAccount(ledger: Ledger, user: User, ownerContact: string | null): z.output<typeof accountSchema> {
  const { account, providerName } = ledger.profile;
  return {
    id: account.id,
    name: account.name,
    provider_name: providerName,
    sandbox: true,
    time_zone: account.timeZone,
    country: account.country,
    currency: account.currency,
    owner_contact: ownerContact,
    user: { id: user.id, name: user.name, role: user.role, grants: [...user.grants] },
  };
}

/** `origin` is where this sandbox listens; its SIP WebSocket is at /sip of the same server. */
export function wireDevice(device: Device, origin: string, realm: string): z.output<typeof deviceSchema> {
  return {
    id: device.id,
    instance_id: device.instanceId,
    name: device.name,
    created_at: timestamp(device.createdAt),
    sip: {
      wss_url: `${origin.replace(/^http/, 'ws')}/sip`,
      domain: realm,
      user: device.sipUser,
      authorization_user: device.sipUser,
      realm,
      password: device.password,
      register_expires_seconds: REGISTER_EXPIRES_SEC,
      ice_servers: [],
    },
  };
}
