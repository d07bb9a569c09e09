import { randomUUID } from 'node:crypto';
import type { ProblemCode } from '../../../provider/api/problems.ts';
import { Refusal } from '../../api/refusal.ts';
import type { Ledger } from '../ledger.ts';
import type { Market } from './market.ts';

/** A number kept for one person for a while (EXT-24). Times are of the ledger's clock: travelling lets it run out. */
export interface Hold {
  readonly id: string;
  readonly number: string;
  readonly userId: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** What became of each number that was asked for. */
export type HoldOutcome =
  | { readonly number: string; readonly kind: 'held'; readonly hold: Hold }
  | { readonly number: string; readonly kind: 'failed'; readonly code: ProblemCode; readonly detail: string };

export interface Holds {
  /** Holds what can be held; a number this person holds already is answered with the hold it has. */
  hold(numbers: readonly string[], userId: string): readonly HoldOutcome[];
  /** Running ones of a person, oldest first. */
  of(userId: string): readonly Hold[];
  /** The running hold of that id, if it is theirs. */
  find(id: string, userId: string): Hold | undefined;
  /** The running hold of a number, whoever's it is. */
  onNumber(number: string): Hold | undefined;
  /** Gives the time again, counted from now. Throws not_found when it ran out and out_of_range at its longest. */
  extend(id: string, userId: string): Hold;
  /** Gives it back. Throws not_found when it ran out before. */
  release(id: string, userId: string): Hold;
  /** Ends the hold of a number that was bought. */
  end(number: string): void;
}

const COLUMNS = 'id, number, user_id AS userId, created_at AS createdAt, expires_at AS expiresAt';

export function createHolds(ledger: Ledger, market: Market): Holds {
  const { db, clock } = ledger;
  const { hold: times } = market.rules;
  const running = db.prepare<[string, number], Hold>(
    `SELECT ${COLUMNS} FROM number_holds WHERE user_id = ? AND expires_at > ? ORDER BY created_at, number`,
  );
  const byId = db.prepare<[string, string, number], Hold>(
    `SELECT ${COLUMNS} FROM number_holds WHERE id = ? AND user_id = ? AND expires_at > ?`,
  );
  const byNumber = db.prepare<[string, number], Hold>(
    `SELECT ${COLUMNS} FROM number_holds WHERE number = ? AND expires_at > ? ORDER BY expires_at DESC LIMIT 1`,
  );
  const insert = db.prepare(
    'INSERT INTO number_holds (id, number, user_id, created_at, expires_at) VALUES (@id, @number, @userId, @createdAt, @expiresAt)',
  );
  const setExpiry = db.prepare('UPDATE number_holds SET expires_at = ? WHERE id = ?');
  const drop = db.prepare('DELETE FROM number_holds WHERE number = ?');
  const dropOver = db.prepare('DELETE FROM number_holds WHERE expires_at <= ?');

  function holdOne(number: string, userId: string): HoldOutcome {
    const failed = (code: ProblemCode, detail: string): HoldOutcome => ({ number, kind: 'failed', code, detail });
    const found = market.inventory.find(number);
    if (!found) return failed('not_offered', 'This provider does not sell that number');
    const now = clock.now();
    const obstacle = market.obstacle(found);
    if (obstacle?.kind === 'owned') return failed('number_taken', 'The account has it already');
    if (obstacle?.kind === 'taken') return failed('number_taken', 'Somebody else has it');
    if (obstacle?.kind === 'held') {
      const mine = byNumber.get(number, now);
      if (mine?.userId === userId) return { number, kind: 'held', hold: mine };
      return failed('number_taken', 'Somebody else is about to buy it');
    }
    if (!found.reservable) return failed('not_offered', 'A number of this kind cannot be held: buy it at once');
    const id = `hold_${randomUUID().replaceAll('-', '')}`;
    const hold = { id, number, userId, createdAt: now, expiresAt: now + times.ms };
    insert.run(hold);
    return { number, kind: 'held', hold };
  }

  function mustFind(id: string, userId: string): Hold {
    const hold = byId.get(id, userId, clock.now());
    if (!hold) throw new Refusal('not_found', { detail: 'The hold has run out, or is not yours' });
    return hold;
  }

  return {
    hold: (numbers, userId) =>
      ledger.write(() => {
        dropOver.run(clock.now());
        return [...new Set(numbers)].map((number) => holdOne(number, userId));
      }),
    of: (userId) => running.all(userId, clock.now()),
    find: (id, userId) => byId.get(id, userId, clock.now()),
    onNumber: (number) => byNumber.get(number, clock.now()),
    extend: (id, userId) =>
      ledger.write(() => {
        const hold = mustFind(id, userId);
        const expiresAt = Math.min(clock.now() + times.ms, hold.createdAt + times.maxMs);
        if (expiresAt <= hold.expiresAt) {
          throw new Refusal('out_of_range', { detail: 'It cannot be held for longer: buy it, or give it back' });
        }
        setExpiry.run(expiresAt, id);
        return { ...hold, expiresAt };
      }),
    release: (id, userId) =>
      ledger.write(() => {
        const hold = mustFind(id, userId);
        drop.run(hold.number);
        return hold;
      }),
    end: (number) => void drop.run(number),
  };
}
