import * as z from 'zod';
import { dayRangeShape, decimalSchema, idSchema, listQueryShape, moneySchema, timestampSchema } from '../primitives.ts';
import { grantSchema, roleSchema } from './account.ts';

const zoneSchema = z.string().min(1).max(64);
/** BCP 47. */
const languageSchema = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/);
const realmSchema = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/);
const contactSchema = z.strictObject({
  email: z.email().max(254).nullable(),
  phone: z
    .string()
    .regex(/^\+\d{3,15}$/)
    .nullable(),
});

export const accountSettingsSchema = z
  .object({
    name: z.string().max(256),
    /** SIP domain and digest realm of every device. */
    realm: z.string(),
    technical_contact: z.object({ email: z.string().nullable(), phone: z.string().nullable() }),
    time_zone: zoneSchema,
    language: languageSchema,
    as_of: timestampSchema,
  })
  .meta({ id: 'AccountSettings' });

export const changedAccountSettingsSchema = z.object({
  ...accountSettingsSchema.shape,
  /** Devices that lost their registration by a new realm; 0 without one. */
  devices_dropped: z.int().min(0),
});

export const accountChangeSchema = z
  .strictObject({
    name: z.string().min(1).max(256).optional(),
    realm: realmSchema.optional(),
    /** The new realm typed again; without it the answer says how many devices it drops. */
    confirm_realm: z.string().optional(),
    technical_contact: contactSchema.optional(),
    time_zone: zoneSchema.optional(),
    language: languageSchema.optional(),
  })
  .meta({ id: 'AccountSettingsChange' });

export const userSettingsSchema = z
  .object({
    email: z.string(),
    /** Waits for a code from the old address and one from the new. */
    pending_email: z
      .object({
        email: z.string(),
        confirmed_by_old: z.boolean(),
        confirmed_by_new: z.boolean(),
        expires_at: timestampSchema,
      })
      .nullable(),
    /** null = as the account has it. */
    time_zone: zoneSchema.nullable(),
    language: languageSchema.nullable(),
    color_blind_mode: z.boolean(),
    password_changed_at: timestampSchema.nullable(),
    as_of: timestampSchema,
  })
  .meta({ id: 'UserSettings' });

export const userChangeSchema = z
  .strictObject({
    email: z.email().max(254).optional(),
    password: z.strictObject({ old: z.string().max(1024), new: z.string().min(8).max(1024) }).optional(),
    time_zone: zoneSchema.nullable().optional(),
    language: languageSchema.nullable().optional(),
    color_blind_mode: z.boolean().optional(),
  })
  .meta({ id: 'UserSettingsChange' });

export const personSchema = z
  .object({
    id: idSchema,
    name: z.string().max(256),
    email: z.string(),
    role: roleSchema,
    grants: z.array(grantSchema),
    /** What the person may spend in a calendar month; null = no limit. */
    spend_limit: moneySchema.nullable(),
    spent_this_month: moneySchema,
  })
  .meta({ id: 'Person', description: 'Somebody of the account and what they may do (requirements.md 3.0).' });

export const personChangeSchema = z
  .strictObject({
    role: roleSchema.optional(),
    grants: z.array(grantSchema).max(16).optional(),
    spend_limit: decimalSchema.nullable().optional(),
  })
  .meta({ id: 'PersonChange' });

export const deviceSummarySchema = z
  .object({
    id: idSchema,
    instance_id: z.uuid(),
    name: z.string().max(256),
    user_id: idSchema,
    created_at: timestampSchema,
  })
  .meta({ id: 'DeviceSummary', description: 'A device without its credentials.' });

export const auditEntrySchema = z
  .object({
    id: idSchema,
    at: timestampSchema,
    /** null = the provider. */
    user_id: idSchema.nullable(),
    user_name: z.string().max(256).nullable(),
    on_behalf_of: idSchema.nullable(),
    /** As in `top_up.changed`; a client shows those it does not know as they are. */
    action: z.string().max(64),
    subject: z.string().max(256).nullable(),
    /** JSON as it was before and is after; null = nothing. Never a secret. */
    before: z.unknown(),
    after: z.unknown(),
  })
  .meta({ id: 'AuditEntry', description: 'Who changed what, when, from what to what, for whom (EXT-35).' });

export const auditQuery = z.object({
  ...listQueryShape,
  ...dayRangeShape,
  user_id: idSchema.optional(),
  action: z.string().max(64).optional(),
});
