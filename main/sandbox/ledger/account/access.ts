import type { Micros } from '../../../../preload/contract/money.ts';
import { toDecimal, toMicros } from '../../../../preload/contract/money.ts';
import type { Grant, Role } from '../../../../preload/contract/roles.ts';
import { Refusal } from '../../api/refusal.ts';
import type { Audit } from '../audit/audit.ts';
import { startOfMonth } from '../calendar.ts';
import type { Commerce } from '../commerce/commerce.ts';
import type { Ledger } from '../ledger.ts';
import type { People, User } from '../people.ts';

/** A person of the account as the owner sees them. */
export interface Member extends User {
  /** What they may spend in a calendar month of the account; null = no limit. */
  readonly spendLimit: Micros | null;
  /** What their own charges of this month come to. */
  readonly spentThisMonth: Micros;
}

export interface AccessChange {
  readonly role?: Role | undefined;
  readonly grants?: readonly Grant[] | undefined;
  readonly spendLimit?: Micros | null | undefined;
}

/** Who may do what (3.0). What is taken away is gone with the next request; open streams tell only what is left. */
export interface Access {
  members(): readonly Member[];
  member(userId: string): Member | undefined;
  /** In the caller's transaction. Throws not_found; conflict: the account has one owner, who stays it (EXT-34). */
  change(actor: User, userId: string, change: AccessChange): Member;
}

export function createAccess(
  ledger: Ledger,
  people: People,
  audit: Audit,
  commerce: Pick<Commerce, 'onChange'>,
): Access {
  const { db, clock, outbox, profile } = ledger;
  const limitOf = db
    .prepare<[string], Micros | null>('SELECT spend_limit FROM person_settings WHERE user_id = ?')
    .pluck();
  const setLimit = db.prepare(`
    INSERT INTO person_settings (user_id, spend_limit) VALUES (?, ?)
    ON CONFLICT (user_id) DO UPDATE SET spend_limit = excluded.spend_limit`);
  const setAccess = db.prepare('UPDATE users SET role = ?, grants = ? WHERE id = ?');
  const spent = db
    .prepare<[string, number], Micros>(
      `SELECT coalesce(sum(card + balance + statement), 0) FROM charges
       WHERE owner = ? AND created_at >= ? AND state IN ('pending', 'action_required', 'done', 'partial')`,
    )
    .pluck();

  function toMember(user: User): Member {
    const since = startOfMonth(clock.now(), profile.account.timeZone);
    return {
      ...user,
      spendLimit: limitOf.get(user.id) ?? null,
      spentThisMonth: spent.get(user.id, since) ?? toMicros(0),
    };
  }

  // A charge that would go beyond the limit is undone with the transaction that begins it: nothing is taken.
  commerce.onChange((charge) => {
    if (charge.state !== 'pending' || charge.createdAt !== charge.updatedAt) return;
    const user = people.user(charge.owner);
    const buyer = user && toMember(user);
    if (!buyer || buyer.spendLimit === null || buyer.spentThisMonth <= buyer.spendLimit) return;
    const detail = `Beyond what you may spend in a month: ${toDecimal(buyer.spendLimit)} ${profile.account.currency}`;
    throw new Refusal('role_not_allowed', { detail });
  });

  function member(userId: string): Member | undefined {
    const user = people.user(userId);
    return user && toMember(user);
  }

  return {
    members: () => people.users().map(toMember),
    member,
    change(actor, userId, change) {
      const before = member(userId);
      if (!before) throw new Refusal('not_found');
      const role = change.role ?? before.role;
      if (role !== before.role && (role === 'owner' || before.role === 'owner')) {
        throw new Refusal('conflict', { detail: 'The account has one owner; the provider hands it over' });
      }
      setAccess.run(role, JSON.stringify([...new Set(change.grants ?? before.grants)]), userId);
      if (change.spendLimit !== undefined) setLimit.run(userId, change.spendLimit);
      const after = member(userId) ?? before;
      const told = ({ role: is, grants, spendLimit }: Member) => ({ role: is, grants, spendLimit });
      audit.write(actor, 'person.access_changed', told(before), told(after), { subject: userId });
      outbox.append('account.updated', clock.now());
      return after;
    },
  };
}
