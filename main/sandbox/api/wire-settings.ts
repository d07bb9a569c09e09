import type * as z from 'zod';
import { parseDecimal } from '../../../preload/contract/money.ts';
import type { Micros } from '../../../preload/contract/money.ts';
import type {
  accountSettingsSchema,
  auditEntrySchema,
  deviceSummarySchema,
  personSchema,
  userSettingsSchema,
} from '../../provider/api/resources/settings.ts';
import type { Member } from '../ledger/account/access.ts';
import type { AccountSettingsView } from '../ledger/account/account-settings.ts';
import type { UserSettingsView } from '../ledger/account/user-settings.ts';
import type { AuditEntry } from '../ledger/audit/audit.ts';
import type { Device } from '../ledger/people.ts';
import { Refusal } from './refusal.ts';
import { money, timestamp } from './wire.ts';

export function wireAccountSettings(view: AccountSettingsView, now: number): z.output<typeof accountSettingsSchema> {
  return {
    name: view.name,
    realm: view.realm,
    technical_contact: { ...view.technicalContact },
    time_zone: view.timeZone,
    language: view.language,
    as_of: timestamp(now),
  };
}

export function wireUserSettings(view: UserSettingsView, now: number): z.output<typeof userSettingsSchema> {
  return {
    email: view.email,
    pending_email: view.pendingEmail && {
      email: view.pendingEmail.email,
      confirmed_by_old: view.pendingEmail.confirmedByOld,
      confirmed_by_new: view.pendingEmail.confirmedByNew,
      expires_at: timestamp(view.pendingEmail.expiresAt),
    },
    time_zone: view.timeZone,
    language: view.language,
    color_blind_mode: view.colorBlindMode,
    password_changed_at: view.passwordChangedAt === null ? null : timestamp(view.passwordChangedAt),
    as_of: timestamp(now),
  };
}

export function wirePerson(member: Member, currency: string): z.output<typeof personSchema> {
  return {
    id: member.id,
    name: member.name,
    email: member.email,
    role: member.role,
    grants: [...member.grants],
    spend_limit: member.spendLimit === null ? null : money(member.spendLimit, currency),
    spent_this_month: money(member.spentThisMonth, currency),
  };
}

export function wireDeviceSummary(device: Device): z.output<typeof deviceSummarySchema> {
  const { id, name } = device;
  return { id, instance_id: device.instanceId, name, user_id: device.userId, created_at: timestamp(device.createdAt) };
}

export function wireAudit(entry: AuditEntry, userName: string | null): z.output<typeof auditEntrySchema> {
  return {
    id: `aud_${entry.seq}`,
    at: timestamp(entry.at),
    user_id: entry.userId,
    user_name: userName,
    on_behalf_of: entry.onBehalfOf,
    action: entry.action,
    subject: entry.subject,
    before: entry.before,
    after: entry.after,
  };
}

/** The amount of a request. Throws invalid_request for one too large to be an amount. */
export function readAmount(pointer: string, text: string): Micros {
  const amount = parseDecimal(text);
  if (amount === undefined) throw new Refusal('invalid_request', { errors: [{ pointer, detail: 'Not an amount' }] });
  return amount;
}
