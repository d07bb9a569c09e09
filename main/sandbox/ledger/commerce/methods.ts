import { randomUUID } from 'node:crypto';
import type { Ledger } from '../ledger.ts';
import { Refusal } from '../../api/refusal.ts';
import type { CardNetwork, VaultEntry } from './network.ts';

export type MethodState = 'active' | 'verifying' | 'suspended' | 'failed';

/** A way to pay, as we may know it: brand, last four and a token (SIPUS-35). */
export interface PaymentMethod {
  readonly id: string;
  readonly token: string;
  readonly kind: VaultEntry['kind'];
  readonly brand: string;
  readonly last4: string;
  readonly expMonth: number | null;
  readonly expYear: number | null;
  readonly state: MethodState;
  readonly position: number;
  readonly verifyAttempts: number;
  readonly createdAt: number;
}

/** EXT-20: after so many wrong tries a bank account has to be added anew. */
export const VERIFY_ATTEMPTS = 4;

/** As in "Credit added by card ending 4242". */
export function methodLabel(method: Pick<PaymentMethod, 'kind' | 'last4'>): string {
  return `${method.kind === 'card' ? 'card' : 'bank account'} ending ${method.last4}`;
}

/** What a charge is called once it is known who pays it; the summary alone where nobody is. */
export function describeBy(summary: string, method: Pick<PaymentMethod, 'kind' | 'last4'> | undefined): string {
  return method ? `${summary} by ${methodLabel(method)}` : summary;
}

/** Stored ways to pay and the order they are used in (EXT-15). Writes run in the caller's transaction. */
export interface PaymentMethods {
  /** In the order of use. */
  list(): readonly PaymentMethod[];
  byId(id: string): PaymentMethod | undefined;
  /** The first that can be charged; undefined = none. */
  preferred(): PaymentMethod | undefined;
  /**
   * What a charge may use, first one first: the one asked for alone, or all that are active. Throws
   * payment_method_required where there is none, not_found for one that is not there.
   */
  candidates(id: string | null): readonly PaymentMethod[];
  /** Keeps what a hosted page stored at the network; a bank account has to be verified before it can be charged. */
  add(token: string): PaymentMethod;
  /** Makes it the first in order, or the one at that place; 0 = the default. */
  moveTo(id: string, position: number): void;
  /** EXT-15: after a hard decline it is not used until a person tries it again. */
  suspend(id: string): void;
  /** A person says that it works again. */
  reactivate(id: string): void;
  /** EXT-20: the two small amounts the bank account was sent, in cents. */
  verify(id: string, cents: readonly number[]): void;
  /** Throws in_use while something needs it: the last one that works, or a payment under way (SIPUS-34). */
  remove(id: string): void;
  /** Asked before the last one is removed: words why it is needed, undefined = it is not. */
  onRemoveLast(need: () => string | undefined): void;
}

const COLUMNS = `id, token, kind, brand, last4, exp_month AS expMonth, exp_year AS expYear, state, position,
  verify_attempts AS verifyAttempts, created_at AS createdAt`;

export function createPaymentMethods(ledger: Ledger, network: CardNetwork): PaymentMethods {
  const { db, clock, outbox } = ledger;
  const all = db.prepare<[], PaymentMethod>(`SELECT ${COLUMNS} FROM payment_methods ORDER BY position, created_at, id`);
  const byId = db.prepare<[string], PaymentMethod>(`SELECT ${COLUMNS} FROM payment_methods WHERE id = ?`);
  const insert = db.prepare(`
    INSERT INTO payment_methods (id, token, kind, brand, last4, exp_month, exp_year, state, position, created_at)
    VALUES (@id, @token, @kind, @brand, @last4, @expMonth, @expYear, @state, @position, @createdAt)`);
  const setState = db.prepare('UPDATE payment_methods SET state = ?, verify_attempts = ? WHERE id = ?');
  const setPosition = db.prepare('UPDATE payment_methods SET position = ? WHERE id = ?');
  const drop = db.prepare('DELETE FROM payment_methods WHERE id = ?');
  const paying = db
    .prepare<[string], number>(`SELECT count(*) FROM charges WHERE step <> 'none' AND method_id = ?`)
    .pluck();
  const needs: (() => string | undefined)[] = [];

  const changed = (): void => outbox.append('payment_methods.updated', clock.now());
  const active = (): readonly PaymentMethod[] => all.all().filter((method) => method.state === 'active');

  function known(id: string): PaymentMethod {
    const method = byId.get(id);
    if (!method) throw new Refusal('not_found', { detail: 'No such payment method' });
    return method;
  }

  function put(id: string, state: MethodState, attempts = 0): void {
    setState.run(state, attempts, id);
    changed();
  }

  return {
    list: () => all.all(),
    byId: (id) => byId.get(id),
    preferred: () => active()[0],
    candidates(id) {
      if (id !== null) {
        const method = known(id);
        if (method.state === 'active') return [method];
        throw new Refusal('payment_method_required', { detail: `This payment method is ${method.state}` });
      }
      const usable = active();
      if (usable.length === 0) throw new Refusal('payment_method_required');
      return usable;
    },
    add(token) {
      const entry = network.entry(token);
      if (!entry) throw new RangeError('The card network knows no such token');
      const method: PaymentMethod = {
        id: `pm_${randomUUID().replaceAll('-', '')}`,
        token,
        kind: entry.kind,
        brand: entry.brand,
        last4: entry.last4,
        expMonth: entry.expMonth,
        expYear: entry.expYear,
        state: entry.kind === 'card' ? 'active' : 'verifying',
        position: Math.max(-1, ...all.all().map((each) => each.position)) + 1,
        verifyAttempts: 0,
        createdAt: clock.now(),
      };
      insert.run(method);
      changed();
      return method;
    },
    moveTo(id, position) {
      const moved = known(id);
      const rest = all.all().filter((method) => method.id !== id);
      rest.splice(Math.min(position, rest.length), 0, moved);
      rest.forEach((method, index) => setPosition.run(index, method.id));
      changed();
    },
    suspend(id) {
      if (byId.get(id)) put(id, 'suspended');
    },
    reactivate(id) {
      const { state } = known(id);
      if (state === 'verifying' || state === 'failed') {
        throw new Refusal('out_of_range', { detail: 'The bank account is not verified' });
      }
      put(id, 'active');
    },
    verify(id, cents) {
      const method = known(id);
      if (method.state !== 'verifying') throw new Refusal('out_of_range', { detail: `It is ${method.state}` });
      if (network.checkMicroDeposits(method.token, cents)) return put(id, 'active');
      const attempts = method.verifyAttempts + 1;
      put(id, attempts >= VERIFY_ATTEMPTS ? 'failed' : 'verifying', attempts);
    },
    remove(id) {
      const method = known(id);
      if ((paying.get(id) ?? 0) > 0) throw new Refusal('in_use', { detail: 'A payment with it is under way' });
      const isLast = method.state === 'active' && active().length === 1;
      const need = isLast ? needs.map((each) => each()).find((words) => words !== undefined) : undefined;
      if (need !== undefined) throw new Refusal('in_use', { detail: need });
      drop.run(id);
      changed();
    },
    onRemoveLast: (need) => void needs.push(need),
  };
}
