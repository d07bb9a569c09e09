import type Database from 'better-sqlite3';
import type { Profile } from '../../policies/profile.ts';
import { addMonths, dayOf, startOfDay } from '../calendar.ts';
import { inventoryOf } from './inventory.ts';
import { createOwnedRows } from './rows.ts';
import { createNumberTimers } from './timers.ts';
import { renewsOnFirst } from './timing.ts';

const DAY_MS = 86_400_000;
/** The newest renewal of a new account was so long ago. */
const LAST_RENEWAL_DAYS = 22;
const HISTORY_MONTHS = 3;

/** When the firm's numbers were paid for, oldest first: the same day of each month, as the account's clock shows it. */
export function renewalHistory(profile: Profile, now: number, months = HISTORY_MONTHS): readonly number[] {
  const { timeZone } = profile.account;
  const last = dayOf(now - LAST_RENEWAL_DAYS * DAY_MS, timeZone);
  return Array.from({ length: months }, (_, index) => {
    const day = addMonths(last, index + 1 - months, { clamp: 'anchored', anchorDay: last.day });
    return startOfDay(day, timeZone);
  });
}

/** The firm's own numbers with what time will do to them, and one on its way in. After the history was booked. */
export function seedNumbers(db: Database.Database, profile: Profile, now: number, months = HISTORY_MONTHS): void {
  const { account, policy, numberMarket } = profile;
  const { timeZone } = account;
  const rows = createOwnedRows({ db });
  const timers = createNumberTimers({ db });
  const inventory = inventoryOf(numberMarket);
  const history = renewalHistory(profile, now, months);
  const last = dayOf(history.at(-1) ?? now, timeZone);
  const onFirst = renewsOnFirst(policy);
  const anchorDay = onFirst ? 1 : dayOf(now - LAST_RENEWAL_DAYS * DAY_MS, timeZone).day;
  const next = addMonths(onFirst ? { ...dayOf(now, timeZone), day: 1 } : last, 1, {
    clamp: policy.renewalClamp,
    anchorDay,
  });
  const renewsAt = startOfDay(next, timeZone);
  const lastCall = db
    .prepare<[string, string], number | null>(
      `SELECT max(time) FROM usage WHERE kind = 'call' AND (from_party = ? OR to_party = ?)`,
    )
    .pluck();
  for (const owned of profile.numbers) {
    const place = inventory.find(owned.number);
    rows.insert({
      number: owned.number,
      label: owned.label,
      country: account.country,
      type: owned.type,
      areaCode: place?.areaCode ?? null,
      region: place?.region ?? null,
      city: place?.city ?? null,
      capabilities: owned.capabilities,
      state: 'active',
      emergency: owned.emergency,
      isDefault: owned.isDefaultCallerId ? 1 : 0,
      userId: owned.person,
      monthly: owned.monthly,
      purchasedAt: history[0] ?? now,
      anchorDay,
      renewsAt,
      renewalsPaid: months,
      lastUsedAt: lastCall.get(owned.number, owned.number) ?? history[0] ?? now,
    });
    timers.set(owned.number, 'renew', renewsAt);
    if (numberMarket.inactivityMs !== null) {
      timers.set(owned.number, 'inactivity', now + numberMarket.inactivityMs - LAST_RENEWAL_DAYS * DAY_MS);
    }
  }
  seedPort(db, now);
}

/** EXT-31: a number of the firm that another carrier still holds. */
function seedPort(db: Database.Database, now: number): void {
  db.prepare(
    `INSERT INTO number_ports (id, number, carrier, state, detail, documents, created_at, expected_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    'port_fernhill_fax',
    '+14155550188',
    'Bay Line Telephone',
    'carrier_confirmed',
    'The carrier gives the number up on the expected day. Until then it cannot call for help.',
    JSON.stringify([
      { name: 'Letter of authorisation', state: 'accepted' },
      { name: 'Bill of the present carrier', state: 'accepted' },
    ]),
    now - 6 * DAY_MS,
    now + 9 * DAY_MS,
  );
}
