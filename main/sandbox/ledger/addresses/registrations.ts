import { Refusal } from '../../api/refusal.ts';
import type { Audit } from '../audit/audit.ts';
import type { Ledger } from '../ledger.ts';
import type { EmergencyState, OwnedRow, OwnedRows } from '../numbers/rows.ts';
import { isHeld, isInService } from '../numbers/states.ts';
import type { User } from '../people.ts';
import type { Address, AddressBook } from './addresses.ts';
import { linesOf } from './addresses.ts';
import { REFUSED_STREET } from './postal-places.ts';
import { streetName } from './postal.ts';

/** EXT-27: where somebody is sent who calls for help from a number. */
export interface Registration {
  readonly number: string;
  readonly addressId: string;
  /** RAY BAUM's Act: where in the building. */
  readonly floor: string | null;
  readonly room: string | null;
  readonly state: Exclude<EmergencyState, 'none' | 'entered' | 'validating' | 'valid'>;
  /** Why it failed. */
  readonly reason: string | null;
  /** UTC ms. */
  readonly since: number;
  readonly movesAt: number | null;
}

export interface Place {
  readonly addressId: string;
  readonly floor: string | null;
  readonly room: string | null;
}

/**
 * Addresses of numbers at the emergency services (3.10). Registering takes the ledger's time and may fail, at once or
 * long afterwards; the state is written to the number itself in the same transaction.
 *
 *     suggestion --> registering --> registered --> removing --> none
 *                        \--> failed <--/ (each may be registered again, or removed)
 */
export interface Registrations {
  find(number: string): Registration | undefined;
  /** Throws not_found; out_of_range where the number cannot; address_required; conflict while it is being removed. */
  register(by: User, number: string, place: Place): void;
  /** Throws not_found where nothing is registered. */
  remove(by: User, number: string): void;
  /** The emergency services changed their mind about a registered address (requirements.md 3.10). */
  fail(number: string, reason: string): void;
  /** The number is no longer the account's. MUST run in a transaction. */
  released(number: string): void;
  /** Forgets every registration. MUST run in a transaction. */
  clear(): void;
  /** SIPUS-18: the number an emergency call of this person is sent with; null = none has a registered address. */
  callerIdFor(userId: string): string | null;
}

interface Parts {
  readonly ledger: Ledger;
  readonly rows: OwnedRows;
  readonly book: AddressBook;
  readonly audit: Audit;
}

const COLUMNS = 'number, address_id AS addressId, floor, room, state, reason, since, moves_at AS movesAt';

export function createRegistrations({ ledger, rows, book, audit }: Parts): Registrations {
  const { db, clock, outbox, profile } = ledger;
  const service = profile.emergencyService;
  const one = db.prepare<[string], Registration>(`SELECT ${COLUMNS} FROM emergency_registrations WHERE number = ?`);
  const all = db.prepare<[], Registration>(`SELECT ${COLUMNS} FROM emergency_registrations ORDER BY number`);
  const ofAddress = db.prepare<[string], Registration>(
    `SELECT ${COLUMNS} FROM emergency_registrations WHERE address_id = ? ORDER BY number`,
  );
  const due = db.prepare<[number], Registration>(
    `SELECT ${COLUMNS} FROM emergency_registrations WHERE moves_at <= ? ORDER BY moves_at, number`,
  );
  const nextAt = db.prepare<[], number | null>('SELECT min(moves_at) FROM emergency_registrations').pluck();
  const upsert = db.prepare(`
    INSERT INTO emergency_registrations (number, address_id, floor, room, state, reason, since, moves_at)
    VALUES (@number, @addressId, @floor, @room, @state, @reason, @since, @movesAt)
    ON CONFLICT (number) DO UPDATE SET address_id = excluded.address_id, floor = excluded.floor, room = excluded.room,
      state = excluded.state, reason = excluded.reason, since = excluded.since, moves_at = excluded.moves_at`);
  const drop = db.prepare('DELETE FROM emergency_registrations WHERE number = ?');
  const callerId = db
    .prepare<[string], string>(
      `SELECT number FROM numbers WHERE in_service = 1 AND emergency = 'registered'
       ORDER BY user_id = ? DESC, is_default DESC, number LIMIT 1`,
    )
    .pluck();

  /** The state of a number and who may be shown for emergency calls: both are read by clients. */
  function tell(number: string, state: EmergencyState): void {
    if (rows.find(number)) rows.change(number, { emergency: state });
    outbox.append('numbers.updated', clock.now(), { subject: number });
    outbox.append('policy.updated', clock.now());
  }

  function put(registration: Omit<Registration, 'since'>): void {
    upsert.run({ ...registration, since: clock.now() });
    tell(registration.number, registration.state);
  }

  function forget(number: string): void {
    drop.run(number);
    tell(number, 'none');
  }

  const waitFor = (ms: number): number => clock.now() + ms;

  function begin(registration: Omit<Registration, 'since' | 'state' | 'movesAt' | 'reason'>): void {
    put({ ...registration, state: 'registering', reason: null, movesAt: waitFor(service.registrationMs) });
  }

  /** What the emergency services answer. */
  function answer(registration: Registration): void {
    const address = book.byId(registration.addressId);
    const street = address ? streetName(linesOf(address).street) : REFUSED_STREET;
    const reason = street === REFUSED_STREET ? 'The emergency services do not know this address' : null;
    put({ ...registration, state: reason === null ? 'registered' : 'failed', reason, movesAt: null });
  }

  function requireNumber(number: string): OwnedRow {
    const row = rows.find(number);
    if (!row || !isHeld(row.state)) throw new Refusal('not_found', { detail: 'The account has no such number' });
    if (!(JSON.parse(row.capabilities) as string[]).includes('emergency')) {
      throw new Refusal('out_of_range', { detail: 'This number cannot be shown for emergency calls' });
    }
    if (!isInService(row.state)) throw new Refusal('conflict', { detail: 'The number does not work yet' });
    return row;
  }

  function requireAddress(by: User, id: string, row: OwnedRow): Address {
    const address = book.find(by, id);
    if (!address || address.purpose === 'location') {
      throw new Refusal('address_required', { detail: 'There is no such address' });
    }
    if (address.state === 'failed') {
      throw new Refusal('address_required', { detail: address.problems[0]?.text ?? 'That address was not found' });
    }
    const { country } = linesOf(address);
    if (!service.countries.includes(country) || country !== row.country) {
      throw new Refusal('out_of_range', { detail: 'The address has to be in the country of the number' });
    }
    return address;
  }

  book.onValid((address) => {
    for (const waiting of ofAddress.all(address.id)) if (waiting.state === 'suggestion') begin(waiting);
  });
  book.onChange((id) => {
    const numbers = ofAddress.all(id).filter((each) => each.state !== 'suggestion');
    return numbers.length === 0 ? undefined : `Registered for ${numbers.map((each) => each.number).join(', ')}`;
  });

  ledger.agenda.add({
    name: 'emergency addresses',
    nextAt: () => nextAt.get() ?? undefined,
    run(at) {
      for (const each of due.all(at)) {
        if (each.state === 'removing') forget(each.number);
        else answer(each);
      }
    },
  });

  return {
    find: (number) => one.get(number),
    register: (by, number, place) =>
      ledger.write(() => {
        const row = requireNumber(number);
        const address = requireAddress(by, place.addressId, row);
        const before = one.get(number);
        if (before?.state === 'removing') {
          throw new Refusal('conflict', { detail: 'Its present address is being removed' });
        }
        const same = (): boolean =>
          before?.addressId === place.addressId && before.floor === place.floor && before.room === place.room;
        if (before && before.state !== 'failed' && same()) return;
        audit.write(by, 'emergency_address.registered', before ?? null, { number, ...place }, { subject: number });
        if (address.state === 'suggestion') {
          put({ number, ...place, state: 'suggestion', reason: null, movesAt: null });
        } else begin({ number, ...place });
      }),
    remove: (by, number) =>
      ledger.write(() => {
        const before = one.get(number);
        if (!before) throw new Refusal('not_found', { detail: 'No address is registered for this number' });
        if (before.state === 'removing') return;
        audit.write(by, 'emergency_address.removed', before, null, { subject: number });
        if (before.state === 'suggestion' || before.state === 'failed') forget(number);
        else put({ ...before, state: 'removing', movesAt: waitFor(service.removalMs) });
      }),
    fail: (number, reason) =>
      ledger.write(() => {
        const before = one.get(number);
        if (!before) throw new Refusal('not_found', { detail: 'No address is registered for this number' });
        put({ ...before, state: 'failed', reason, movesAt: null });
      }),
    released(number) {
      if (one.get(number)) forget(number);
    },
    clear() {
      for (const { number } of all.all()) forget(number);
    },
    callerIdFor: (userId) => callerId.get(userId) ?? null,
  };
}
