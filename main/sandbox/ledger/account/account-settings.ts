import { Refusal } from '../../api/refusal.ts';
import type { Audit } from '../audit/audit.ts';
import type { Ledger } from '../ledger.ts';
import type { User } from '../people.ts';
import type { AccountDocument } from './live-account.ts';
import { readAccountDocument } from './live-account.ts';

/** KZ-02. */
export interface AccountSettingsView extends AccountDocument {
  readonly name: string;
  readonly timeZone: string;
}

export interface AccountChange {
  readonly name?: string | undefined;
  readonly realm?: string | undefined;
  /** The new realm, typed again. */
  readonly confirmRealm?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly language?: string | undefined;
  readonly technicalContact?: AccountDocument['technicalContact'] | undefined;
}

export interface AccountSettings {
  get(): AccountSettingsView;
  /**
   * Changes what is named, in the caller's transaction, and answers how many devices lose their registration (3.11).
   * Throws invalid_request for an unknown zone or a realm that was not typed again, in_use while calls are up: the realm
   * takes the telephone side down for a moment, and no call is cut for a setting.
   */
  change(actor: User, change: AccountChange): { readonly devicesDropped: number };
  /** Called after the commit of a new realm. */
  onRealmChanged(listener: () => void): void;
}

/** Throws invalid_request unless it is an IANA zone this machine knows. */
export function requireZone(zone: string): void {
  try {
    Intl.DateTimeFormat('en-US', { timeZone: zone });
  } catch {
    throw new Refusal('invalid_request', { errors: [{ pointer: '/time_zone', detail: 'No such time zone' }] });
  }
}

export function createAccountSettings(ledger: Ledger, audit: Audit): AccountSettings {
  const { db, profile, settings, outbox, clock } = ledger;
  const setName = db.prepare('UPDATE account SET name = ?');
  const setZone = db.prepare('UPDATE account SET time_zone = ?');
  const devices = db.prepare<[], number>('SELECT count(*) FROM devices').pluck();
  const liveLegs = db.prepare<[], number>('SELECT count(*) FROM legs WHERE ended_at IS NULL').pluck();
  const listeners: (() => void)[] = [];
  let announced = readAccountDocument(settings).realm;
  ledger.onWrite(() => {
    const { realm } = readAccountDocument(settings);
    if (realm === announced) return;
    announced = realm;
    for (const listener of listeners) listener();
  });

  const get = (): AccountSettingsView => ({
    ...readAccountDocument(settings),
    name: profile.account.name,
    timeZone: profile.account.timeZone,
  });

  function requireRealmAllowed(change: AccountChange): void {
    if (change.confirmRealm !== change.realm) {
      const detail = `Type the new realm again: ${devices.get() ?? 0} devices lose their registration`;
      throw new Refusal('invalid_request', { errors: [{ pointer: '/confirm_realm', detail }] });
    }
    const calls = liveLegs.get() ?? 0;
    if (calls > 0) throw new Refusal('in_use', { detail: `${calls} calls are up: a new realm would end them` });
  }

  return {
    get,
    onRealmChanged: (listener) => void listeners.push(listener),
    change(actor, change) {
      const before = get();
      const movesRealm = change.realm !== undefined && change.realm !== before.realm;
      if (movesRealm) requireRealmAllowed(change);
      if (change.timeZone !== undefined) requireZone(change.timeZone);
      settings.put('account', {
        realm: change.realm ?? before.realm,
        language: change.language ?? before.language,
        technicalContact: change.technicalContact ?? before.technicalContact,
      } satisfies AccountDocument);
      setName.run(change.name ?? before.name);
      setZone.run(change.timeZone ?? before.timeZone);
      const after = get();
      if (JSON.stringify(after) !== JSON.stringify(before)) {
        audit.write(actor, 'account_settings.changed', before, after);
        outbox.append('account.updated', clock.now());
      }
      return { devicesDropped: movesRealm ? (devices.get() ?? 0) : 0 };
    },
  };
}
