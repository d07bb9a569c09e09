import { randomUUID } from 'node:crypto';
import type { Action } from '../../../../preload/contract/roles.ts';
import { assertNever } from '../../../../preload/contract/result.ts';
import { mayDo } from '../../../../preload/contract/roles.ts';
import { Refusal } from '../../api/refusal.ts';
import type { Audit } from '../audit/audit.ts';
import type { Ledger } from '../ledger.ts';
import type { User } from '../people.ts';
import type { AddressLines, AddressProblem, Located } from './postal.ts';
import { isLookedUp, locate } from './postal.ts';

export type AddressPurpose = 'business' | 'emergency' | 'location';

/** Who may enter an address for what (requirements.md 3.0). */
const NEEDED: Readonly<Record<AddressPurpose, Action>> = {
  business: 'account.manage',
  emergency: 'numbers.manage',
  location: 'settings.own',
};

/** An address as it was entered and as the postal service has it. `failed` = nobody can be sent there. */
export interface Address {
  readonly id: string;
  readonly purpose: AddressPurpose;
  readonly entered: AddressLines;
  readonly located: AddressLines | null;
  readonly outcome: Located['outcome'];
  readonly state: 'suggestion' | 'valid' | 'failed';
  /** Which form counts, once it is valid. */
  readonly chosen: 'entered' | 'located' | null;
  readonly problems: readonly AddressProblem[];
  readonly isBusiness: boolean;
  readonly userId: string;
  /** UTC ms. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The form that counts: what was picked, before that what was entered. */
export const linesOf = (address: Address): AddressLines =>
  address.chosen === 'located' && address.located ? address.located : address.entered;

/** Addresses of the account (SIPUS-30, SIPUS-31, EXT-27). Every change is one transaction. */
export interface AddressBook {
  /** Looks it up and keeps it. Throws role_not_allowed; out_of_range for a country nobody here can look up. */
  add(by: User, purpose: AddressPurpose, lines: AddressLines): Address;
  /** Looks it up anew. Throws not_found; in_use while something relies on it. */
  edit(by: User, id: string, lines: AddressLines): Address;
  /** SIPUS-31: the person picks one of two forms. Throws not_found; conflict where there is nothing to pick. */
  choose(by: User, id: string, form: 'entered' | 'located'): Address;
  /** Throws not_found; in_use while something relies on it. */
  remove(by: User, id: string): void;
  /** Support has looked at an address no directory knows. Throws not_found. */
  accept(id: string): Address;
  /** The address where this person may see it: everybody that of the business, only the person a location. */
  find(user: User, id: string): Address | undefined;
  /** In the order they were entered. */
  list(user: User): readonly Address[];
  byId(id: string): Address | undefined;
  /** SIPUS-30. */
  business(): Address | undefined;
  /** MUST run in a transaction. Throws where it is not valid: that is a fault of the caller. */
  makeBusiness(id: string, by: User | null): void;
  /** Takes the business address back. */
  forgetBusiness(): void;
  /** Whether a valid address is on file in that country; null = in any. */
  hasVerified(country: string | null): boolean;
  /** Called in the transaction in which an address becomes valid. */
  onValid(listener: (address: Address) => void): void;
  /** Asked before an address is changed: words what relies on it, undefined = nothing does. */
  onChange(need: (id: string) => string | undefined): void;
}

interface Row extends Omit<Address, 'entered' | 'located' | 'problems' | 'isBusiness'> {
  readonly entered: string;
  readonly located: string | null;
  readonly problems: string;
  readonly isBusiness: 0 | 1;
}

const COLUMNS = `id, purpose, entered, located, outcome, state, chosen, problems, is_business AS isBusiness, user_id AS userId,
  created_at AS createdAt, updated_at AS updatedAt`;

const toAddress = (row: Row): Address => ({
  ...row,
  entered: JSON.parse(row.entered) as AddressLines,
  located: row.located === null ? null : (JSON.parse(row.located) as AddressLines),
  problems: JSON.parse(row.problems) as AddressProblem[],
  isBusiness: row.isBusiness === 1,
});

type LookedUp = Pick<Address, 'entered' | 'located' | 'outcome' | 'state' | 'chosen' | 'problems'>;

/** Auto-correct is off: only what is exact needs no person (requirements.md 3.10). */
function judged(found: Located): Omit<LookedUp, 'entered'> {
  const { outcome } = found;
  switch (outcome) {
    case 'exact':
      return { outcome, located: found.located, state: 'valid', chosen: 'located', problems: [] };
    case 'corrected':
      return { outcome, located: found.located, state: 'suggestion', chosen: null, problems: [] };
    case 'not_found':
      return { outcome, located: null, state: 'failed', chosen: null, problems: found.problems };
    default:
      return assertNever(outcome);
  }
}

export function createAddressBook(ledger: Ledger, audit: Audit): AddressBook {
  const { db, clock, outbox, profile } = ledger;
  const one = db.prepare<[string], Row>(`SELECT ${COLUMNS} FROM addresses WHERE id = ?`);
  const every = db.prepare<[], Row>(`SELECT ${COLUMNS} FROM addresses ORDER BY created_at, rowid`);
  const businessRow = db.prepare<[], Row>(`SELECT ${COLUMNS} FROM addresses WHERE is_business = 1`);
  const upsert = db.prepare(`
    INSERT INTO addresses (id, purpose, entered, located, outcome, state, chosen, problems, user_id, created_at, updated_at)
    VALUES (@id, @purpose, @entered, @located, @outcome, @state, @chosen, @problems, @userId, @createdAt, @updatedAt)
    ON CONFLICT (id) DO UPDATE SET entered = excluded.entered, located = excluded.located, outcome = excluded.outcome, state = excluded.state,
      chosen = excluded.chosen, problems = excluded.problems, updated_at = excluded.updated_at`);
  const drop = db.prepare('DELETE FROM addresses WHERE id = ?');
  const noBusiness = db.prepare('UPDATE addresses SET is_business = 0 WHERE is_business = 1');
  const setBusiness = db.prepare('UPDATE addresses SET is_business = 1 WHERE id = ?');
  const valid: ((address: Address) => void)[] = [];
  const needs: ((id: string) => string | undefined)[] = [];
  const supported = new Set([
    ...profile.emergencyService.countries,
    ...profile.numberMarket.countries.map((each) => each.country),
  ]);

  const byId = (id: string): Address | undefined => {
    const row = one.get(id);
    return row && toAddress(row);
  };
  const sees = (user: User, address: Address): boolean =>
    address.userId === user.id ||
    address.isBusiness ||
    (address.purpose !== 'location' && mayDo(user, 'numbers.manage'));

  function requireRole(by: User, purpose: AddressPurpose): void {
    const action = NEEDED[purpose];
    if (!mayDo(by, action)) throw new Refusal('role_not_allowed', { detail: `${action} needs the owner, or a grant` });
  }

  function mustFind(by: User, id: string): Address {
    const found = byId(id);
    if (!found || !sees(by, found)) throw new Refusal('not_found', { detail: 'There is no such address' });
    requireRole(by, found.purpose);
    return found;
  }

  function requireFree(address: Address): void {
    const reasons = needs.map((need) => need(address.id)).filter((reason) => reason !== undefined);
    if (address.isBusiness) reasons.push('It is the address of the business');
    if (reasons.length > 0) throw new Refusal('in_use', { detail: reasons.join('. ') });
  }

  function makeBusiness(id: string, by: User | null): void {
    if (byId(id)?.state !== 'valid') throw new Error('Only a valid address becomes that of the business');
    noBusiness.run();
    setBusiness.run(id);
    audit.write(by, 'business_address.verified', null, { address_id: id }, { subject: id });
    outbox.append('order.updated', clock.now());
  }

  function put(address: Address, by: User | null): Address {
    const { entered, located, problems } = address;
    upsert.run({
      ...address,
      entered: JSON.stringify(entered),
      located: located && JSON.stringify(located),
      problems: JSON.stringify(problems),
    });
    if (address.state === 'valid') {
      if (address.purpose === 'business' && !address.isBusiness) makeBusiness(address.id, by);
      for (const listener of valid) listener(address);
    }
    outbox.append('account.updated', clock.now());
    return byId(address.id) ?? address;
  }

  function look(lines: AddressLines): LookedUp {
    if (!supported.has(lines.country) || !isLookedUp(lines.country)) {
      const detail = `Addresses in ${lines.country} cannot be used; ask ${profile.policy.contact.support ?? 'support'}`;
      throw new Refusal('out_of_range', { detail, errors: [{ pointer: '/country', detail }] });
    }
    return { entered: lines, ...judged(locate(lines)) };
  }

  return {
    add(by, purpose, lines) {
      requireRole(by, purpose);
      const found = look(lines);
      return ledger.write(() => {
        const at = clock.now();
        const id = `adr_${randomUUID().replaceAll('-', '')}`;
        const made = { id, purpose, isBusiness: false, userId: by.id, createdAt: at, updatedAt: at, ...found };
        audit.write(by, 'address.added', null, { purpose, state: found.state }, { subject: id });
        return put(made, by);
      });
    },
    edit(by, id, lines) {
      const before = mustFind(by, id);
      const found = look(lines);
      return ledger.write(() => {
        requireFree(before);
        const after = { ...before, ...found, updatedAt: clock.now() };
        audit.write(by, 'address.changed', { state: before.state }, { state: after.state }, { subject: id });
        return put(after, by);
      });
    },
    choose(by, id, form) {
      const before = mustFind(by, id);
      if (before.state !== 'suggestion') throw new Refusal('conflict', { detail: 'There is nothing to pick' });
      return ledger.write(() => put({ ...before, state: 'valid', chosen: form, updatedAt: clock.now() }, by));
    },
    remove(by, id) {
      const address = mustFind(by, id);
      ledger.write(() => {
        requireFree(address);
        drop.run(id);
        audit.write(by, 'address.removed', { state: address.state }, null, { subject: id });
        outbox.append('account.updated', clock.now());
      });
    },
    accept(id) {
      const address = byId(id);
      if (!address) throw new Refusal('not_found', { detail: 'There is no such address' });
      const accepted = { ...address, state: 'valid', chosen: 'entered', problems: [], updatedAt: clock.now() } as const;
      return ledger.write(() => put(accepted, null));
    },
    find(user, id) {
      const address = byId(id);
      return address && sees(user, address) ? address : undefined;
    },
    list: (user) =>
      every
        .all()
        .map(toAddress)
        .filter((address) => sees(user, address)),
    byId,
    business() {
      const row = businessRow.get();
      return row && toAddress(row);
    },
    makeBusiness,
    forgetBusiness: () => void noBusiness.run(),
    hasVerified: (country) =>
      every
        .all()
        .map(toAddress)
        .some(
          (address) =>
            address.state === 'valid' &&
            address.purpose !== 'location' &&
            (country === null || linesOf(address).country === country),
        ),
    onValid: (listener) => void valid.push(listener),
    onChange: (need) => void needs.push(need),
  };
}
