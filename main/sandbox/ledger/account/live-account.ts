import type Database from 'better-sqlite3';
import * as z from 'zod';
import type { Profile } from '../../policies/profile.ts';
import type { Settings } from '../settings.ts';

/** Digest realm and SIP domain of a new sandbox (RFC 2606: names nobody can own). */
export const FIRST_REALM = 'sandbox.invalid';

export const accountDocumentSchema = z.object({
  realm: z.string(),
  language: z.string(),
  technicalContact: z.object({ email: z.string().nullable(), phone: z.string().nullable() }),
});
export type AccountDocument = z.output<typeof accountDocumentSchema>;

const FIRST: AccountDocument = {
  realm: FIRST_REALM,
  language: 'en-US',
  technicalContact: { email: null, phone: null },
};

/** What people set for the account and the profile says nothing of. */
export const readAccountDocument = (settings: Settings): AccountDocument =>
  settings.get('account', accountDocumentSchema, () => FIRST);

/**
 * The account of a profile as people changed it: name and time zone are read from the books each time. Whoever needs
 * the zone asks for it when it is needed and keeps no copy.
 */
export function liveAccount(db: Database.Database, account: Profile['account']): Profile['account'] {
  const name = db.prepare<[], string>('SELECT name FROM account').pluck();
  const timeZone = db.prepare<[], string>('SELECT time_zone FROM account').pluck();
  return {
    ...account,
    get name() {
      return name.get() ?? account.name;
    },
    get timeZone() {
      return timeZone.get() ?? account.timeZone;
    },
  };
}
