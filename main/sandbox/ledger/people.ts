import { randomBytes, randomUUID } from 'node:crypto';
import type { Grant, Role } from '../../../preload/contract/roles.ts';
import type { SipDevice } from '../ports.ts';
import type { Ledger } from './ledger.ts';
import type { Spans } from './meters/spans.ts';

export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly grants: readonly Grant[];
}

export interface Device {
  readonly id: string;
  readonly userId: string;
  readonly instanceId: string;
  readonly name: string;
  readonly sipUser: string;
  readonly password: string;
  readonly createdAt: number;
}

type UserRow = Omit<User, 'grants'> & { readonly grants: string };

const DEVICE_COLUMNS = `id, user_id AS userId, instance_id AS instanceId, name, sip_user AS sipUser, password,
  created_at AS createdAt`;

/** People of the account, their devices and numbers. */
export interface People {
  user(id: string): User | undefined;
  users(): readonly User[];
  /** The device of this install for this person: made at the first call, the same one ever after (but its name). */
  provision(userId: string, instanceId: string, name: string): Device;
  sipDevice(sipUser: string): SipDevice | undefined;
  sipDevicesOf(userId: string): readonly SipDevice[];
  device(id: string): Device | undefined;
  /** Devices of one person, or of everybody (null), oldest first. */
  devices(userId: string | null): readonly Device[];
  /**
   * Takes back the device of this install, in the caller's transaction: it can register no longer, and the same install
   * gets a new device when it asks again. False = there was none.
   */
  remove(userId: string, instanceId: string): boolean;
  /** Called after the commit that took a device back. */
  onDeviceRemoved(listener: (deviceId: string) => void): void;
  /** Whom a number of the account rings. */
  holderOf(number: string): string | undefined;
}

export function createPeople(ledger: Ledger, spans: Spans): People {
  const { db } = ledger;
  const userById = db.prepare<[string], UserRow>('SELECT id, name, email, role, grants FROM users WHERE id = ?');
  const allUsers = db.prepare<[], UserRow>('SELECT id, name, email, role, grants FROM users ORDER BY rowid');
  const deviceOf = db.prepare<[string, string], Device>(
    `SELECT ${DEVICE_COLUMNS} FROM devices WHERE user_id = ? AND instance_id = ?`,
  );
  const deviceById = db.prepare<[string], Device>(`SELECT ${DEVICE_COLUMNS} FROM devices WHERE id = ?`);
  const deviceBySip = db.prepare<[string], Device>(`SELECT ${DEVICE_COLUMNS} FROM devices WHERE sip_user = ?`);
  const devicesOf = db.prepare<[string], Device>(
    `SELECT ${DEVICE_COLUMNS} FROM devices WHERE user_id = ? ORDER BY created_at, id`,
  );
  const insertDevice = db.prepare(
    `INSERT INTO devices (id, user_id, instance_id, name, sip_user, password, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const allDevices = db.prepare<[], Device>(`SELECT ${DEVICE_COLUMNS} FROM devices ORDER BY created_at, id`);
  const deleteDevice = db.prepare('DELETE FROM devices WHERE id = ?');
  const rename = db.prepare('UPDATE devices SET name = ? WHERE id = ?');
  // Own numbers first, then the default everybody of the firm may show.
  const callerIds = db
    .prepare<[string, string], string>(
      `SELECT number FROM numbers WHERE in_service = 1 AND (user_id = ? OR is_default = 1)
       ORDER BY user_id = ? DESC, is_default DESC, number`,
    )
    .pluck();
  const holder = db
    .prepare<[string], string>(`SELECT user_id FROM numbers WHERE number = ? AND in_service = 1`)
    .pluck();

  const toUser = (row: UserRow): User => ({ ...row, grants: JSON.parse(row.grants) as Grant[] });
  const toSip = (device: Device): SipDevice => ({
    deviceId: device.id,
    userId: device.userId,
    user: device.sipUser,
    password: device.password,
    displayName: userById.get(device.userId)?.name ?? device.name,
    numbers: callerIds.all(device.userId, device.userId),
  });

  const removed: string[] = [];
  const removalListeners: ((deviceId: string) => void)[] = [];
  ledger.onWrite(() => {
    // What was rolled back is still there.
    for (const id of removed.splice(0)) {
      if (!deviceById.get(id)) for (const listener of removalListeners) listener(id);
    }
  });

  return {
    user(id) {
      const row = userById.get(id);
      return row && toUser(row);
    },
    users: () => allUsers.all().map(toUser),
    provision: (userId, instanceId, name) =>
      ledger.write(() => {
        const known = deviceOf.get(userId, instanceId);
        if (known) {
          rename.run(name, known.id);
          return { ...known, name };
        }
        const sipUser = `d${randomBytes(6).toString('hex')}`;
        const password = randomBytes(24).toString('base64url');
        const id = `dev_${randomUUID().replaceAll('-', '')}`;
        insertDevice.run(id, userId, instanceId, name, sipUser, password, ledger.clock.now());
        // Provisioned is what is counted, whether it is ever switched on (SCS-04).
        spans.open('devices', id, ledger.clock.now());
        const made = deviceOf.get(userId, instanceId);
        if (!made) throw new Error('The device just made is not there');
        return made;
      }),
    sipDevice(sipUser) {
      const device = deviceBySip.get(sipUser);
      return device && toSip(device);
    },
    sipDevicesOf: (userId) => devicesOf.all(userId).map(toSip),
    device: (id) => deviceById.get(id),
    devices: (userId) => (userId === null ? allDevices.all() : devicesOf.all(userId)),
    remove(userId, instanceId) {
      const known = deviceOf.get(userId, instanceId);
      if (!known) return false;
      deleteDevice.run(known.id);
      spans.close('devices', known.id, ledger.clock.now());
      removed.push(known.id);
      return true;
    },
    onDeviceRemoved: (listener) => void removalListeners.push(listener),
    holderOf: (number) => holder.get(number),
  };
}
