import { Refusal } from '../../api/refusal.ts';
import type { Ledger } from '../ledger.ts';
import type { User } from '../people.ts';
import type { AddressBook } from './addresses.ts';
import { linesOf } from './addresses.ts';

/** EXT-28: where a person says that one of their devices is. */
export interface EmergencyLocation {
  readonly addressId: string;
  readonly floor: string | null;
  readonly room: string | null;
  /** UTC ms. A client asks again after the network changed. */
  readonly confirmedAt: number;
}

/** Own emergency locations, one a device; everybody has them, whatever their role. */
export interface EmergencyLocations {
  find(userId: string, instanceId: string): EmergencyLocation | undefined;
  /** Throws address_required unless it is a valid address this person may use; out_of_range for a country without. */
  confirm(by: User, instanceId: string, place: Omit<EmergencyLocation, 'confirmedAt'>): void;
}

export function createEmergencyLocations(ledger: Ledger, book: AddressBook): EmergencyLocations {
  const { db, clock, outbox, profile } = ledger;
  const one = db.prepare<[string, string], EmergencyLocation>(
    `SELECT address_id AS addressId, floor, room, confirmed_at AS confirmedAt FROM emergency_locations
     WHERE user_id = ? AND instance_id = ?`,
  );
  const count = db.prepare<[string], number>('SELECT count(*) FROM emergency_locations WHERE address_id = ?').pluck();
  const upsert = db.prepare(`
    INSERT INTO emergency_locations (user_id, instance_id, address_id, floor, room, confirmed_at)
    VALUES (@userId, @instanceId, @addressId, @floor, @room, @at)
    ON CONFLICT (user_id, instance_id) DO UPDATE SET address_id = excluded.address_id, floor = excluded.floor,
      room = excluded.room, confirmed_at = excluded.confirmed_at`);

  book.onChange((id) => ((count.get(id) ?? 0) > 0 ? 'Somebody has said to be there' : undefined));

  return {
    find: (userId, instanceId) => one.get(userId, instanceId),
    confirm(by, instanceId, place) {
      const address = book.find(by, place.addressId);
      if (address?.state !== 'valid') {
        throw new Refusal('address_required', { detail: 'That address is not confirmed, or there is none' });
      }
      if (!profile.emergencyService.countries.includes(linesOf(address).country)) {
        throw new Refusal('out_of_range', { detail: 'Emergency calls cannot be answered in that country' });
      }
      ledger.write(() => {
        upsert.run({ userId: by.id, instanceId, ...place, at: clock.now() });
        outbox.append('account.updated', clock.now());
      });
    },
  };
}
