import { randomInt } from 'node:crypto';
import * as z from 'zod';
import { Refusal } from '../../api/refusal.ts';
import type { Audit } from '../audit/audit.ts';
import type { Ledger } from '../ledger.ts';
import type { User } from '../people.ts';
import { requireZone } from './account-settings.ts';
import { hashPassword, isPassword } from './passwords.ts';

const CODE_LASTS_MS = 24 * 3_600_000;
const WRONG_PASSWORDS = 5;
const WRONG_PASSWORDS_WINDOW_MS = 15 * 60_000;

const emailChangeSchema = z.object({
  email: z.string(),
  /** '' once it was given. */
  oldCode: z.string(),
  newCode: z.string(),
  expiresAt: z.int(),
});
type EmailChange = z.output<typeof emailChangeSchema>;

/** KZ-03. */
export interface UserSettingsView {
  readonly email: string;
  /** An address that still has to be confirmed. */
  readonly pendingEmail: {
    readonly email: string;
    readonly confirmedByOld: boolean;
    readonly confirmedByNew: boolean;
    readonly expiresAt: number;
  } | null;
  /** null = as the account has it. */
  readonly timeZone: string | null;
  readonly language: string | null;
  readonly colorBlindMode: boolean;
  readonly passwordChangedAt: number | null;
}

export interface UserChange {
  readonly email?: string | undefined;
  readonly password?: { readonly old: string; readonly new: string } | undefined;
  readonly timeZone?: string | null | undefined;
  readonly language?: string | null | undefined;
  readonly colorBlindMode?: boolean | undefined;
}

export interface UserSettings {
  get(userId: string): UserSettingsView;
  /** Changes what is named, in the caller's transaction. Throws invalid_request, wrong_password, rate_limited, conflict. */
  change(actor: User, change: UserChange): void;
  /**
   * Gives one of the two codes that were mailed, to the old address and to the new one; the address changes with the
   * second (3.11). Throws not_found for a code nobody was sent, or that is too old.
   */
  confirmEmail(actor: User, code: string): void;
  /** Mail that would have been sent, newest first, for whoever tries the sandbox. */
  mails(
    limit: number,
  ): readonly { readonly at: number; readonly recipient: string; readonly subject: string; readonly body: string }[];
}

interface Row {
  readonly email: string;
  readonly password_hash: string | null;
  readonly password_changed_at: number | null;
  readonly time_zone: string | null;
  readonly language: string | null;
  readonly color_blind_mode: 0 | 1;
  readonly email_change: string | null;
}

export function createUserSettings(ledger: Ledger, audit: Audit): UserSettings {
  const { db, outbox, clock } = ledger;
  const make = db.prepare('INSERT INTO person_settings (user_id) VALUES (?) ON CONFLICT DO NOTHING');
  const read = db.prepare<[string], Row>(`
    SELECT u.email, s.password_hash, s.password_changed_at, s.time_zone, s.language,
      coalesce(s.color_blind_mode, 0) AS color_blind_mode, s.email_change
    FROM users u LEFT JOIN person_settings s ON s.user_id = u.id WHERE u.id = ?`);
  const write = db.prepare(
    'UPDATE person_settings SET time_zone = ?, language = ?, color_blind_mode = ? WHERE user_id = ?',
  );
  const setPassword = db.prepare(
    'UPDATE person_settings SET password_hash = ?, password_changed_at = ? WHERE user_id = ?',
  );
  const setEmailChange = db.prepare('UPDATE person_settings SET email_change = ? WHERE user_id = ?');
  const setEmail = db.prepare('UPDATE users SET email = ? WHERE id = ?');
  const emailTaken = db.prepare<[string], number>('SELECT EXISTS (SELECT 1 FROM users WHERE email = ?)').pluck();
  const mail = db.prepare('INSERT INTO mails (at, recipient, subject, body) VALUES (?, ?, ?, ?)');
  const mails = db.prepare<[number], { at: number; recipient: string; subject: string; body: string }>(
    'SELECT at, recipient, subject, body FROM mails ORDER BY seq DESC LIMIT ?',
  );
  /** Moments of wrong passwords, by person. In memory: a restart of a sandbox forgives. */
  const wrong = new Map<string, number[]>();

  function rowOf(userId: string): Row {
    const row = read.get(userId);
    if (!row) throw new Error(`No person ${userId}`);
    return row;
  }

  function emailChange(row: Row): EmailChange | null {
    const parsed = row.email_change === null ? null : emailChangeSchema.parse(JSON.parse(row.email_change));
    return parsed && parsed.expiresAt > clock.now() ? parsed : null;
  }

  function get(userId: string): UserSettingsView {
    const row = rowOf(userId);
    const pending = emailChange(row);
    return {
      email: row.email,
      pendingEmail: pending && {
        email: pending.email,
        confirmedByOld: pending.oldCode === '',
        confirmedByNew: pending.newCode === '',
        expiresAt: pending.expiresAt,
      },
      timeZone: row.time_zone,
      language: row.language,
      colorBlindMode: row.color_blind_mode === 1,
      passwordChangedAt: row.password_changed_at,
    };
  }

  function changePassword(actor: User, password: NonNullable<UserChange['password']>): void {
    const now = clock.now();
    const recent = (wrong.get(actor.id) ?? []).filter((at) => at > now - WRONG_PASSWORDS_WINDOW_MS);
    if (recent.length >= WRONG_PASSWORDS) {
      throw new Refusal('rate_limited', { retryAfterSec: WRONG_PASSWORDS_WINDOW_MS / 1000 });
    }
    if (!isPassword(password.old, rowOf(actor.id).password_hash)) {
      wrong.set(actor.id, [...recent, now]);
      throw new Refusal('wrong_password');
    }
    wrong.delete(actor.id);
    setPassword.run(hashPassword(password.new), now, actor.id);
    audit.write(actor, 'user_password.changed', null, null, { subject: actor.id });
  }

  function askForEmail(actor: User, email: string): void {
    const { email: present } = rowOf(actor.id);
    if (email === present) return void setEmailChange.run(null, actor.id);
    if (emailTaken.get(email) === 1)
      throw new Refusal('conflict', { detail: 'Somebody of the account has this address' });
    const code = (): string => String(randomInt(100_000_000)).padStart(8, '0');
    const [oldCode, newCode] = [code(), code()];
    const change: EmailChange = { email, oldCode, newCode, expiresAt: clock.now() + CODE_LASTS_MS };
    setEmailChange.run(JSON.stringify(change), actor.id);
    const subject = 'Confirm the new e-mail address of your account';
    mail.run(clock.now(), present, subject, `${email} shall take the place of this address. Code: ${oldCode}`);
    mail.run(clock.now(), email, subject, `This address shall take the place of ${present}. Code: ${newCode}`);
  }

  return {
    get,
    change(actor, change) {
      make.run(actor.id);
      const before = get(actor.id);
      if (change.timeZone !== undefined && change.timeZone !== null) requireZone(change.timeZone);
      const timeZone = change.timeZone === undefined ? before.timeZone : change.timeZone;
      const language = change.language === undefined ? before.language : change.language;
      write.run(timeZone, language, (change.colorBlindMode ?? before.colorBlindMode) ? 1 : 0, actor.id);
      if (change.email !== undefined) askForEmail(actor, change.email);
      const after = get(actor.id);
      if (JSON.stringify(after) !== JSON.stringify(before)) {
        audit.write(actor, 'user_settings.changed', before, after, { subject: actor.id });
      }
      // Last: what follows a wrong password undoes the whole change.
      if (change.password !== undefined) changePassword(actor, change.password);
      outbox.append('account.updated', clock.now());
    },
    confirmEmail(actor, code) {
      const pending = emailChange(rowOf(actor.id));
      if (!pending || code === '' || (code !== pending.oldCode && code !== pending.newCode)) {
        throw new Refusal('not_found', { detail: 'This code was not sent, or is too old' });
      }
      const given: EmailChange = {
        ...pending,
        oldCode: code === pending.oldCode ? '' : pending.oldCode,
        newCode: code === pending.newCode ? '' : pending.newCode,
      };
      if (given.oldCode !== '' || given.newCode !== '') {
        setEmailChange.run(JSON.stringify(given), actor.id);
        return;
      }
      if (emailTaken.get(given.email) === 1)
        throw new Refusal('conflict', { detail: 'Somebody of the account has this address' });
      const { email: before } = rowOf(actor.id);
      setEmail.run(given.email, actor.id);
      setEmailChange.run(null, actor.id);
      audit.write(actor, 'user_email.changed', before, given.email, { subject: actor.id });
      outbox.append('account.updated', clock.now());
    },
    mails: (limit) => mails.all(limit),
  };
}
