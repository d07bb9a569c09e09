import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Ledger } from './ledger.ts';

/** Real time, like every life of a token. */
export const ACCESS_TOKEN_SEC = 3600;
const REFRESH_TOKEN_MS = 30 * 86_400_000;

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInSec: number;
}

export type Authentication =
  | { readonly kind: 'valid'; readonly userId: string; readonly family: string; readonly expiresAt: number }
  | { readonly kind: 'expired' }
  | { readonly kind: 'unknown' };

/**
 * Sign-ins as families of token pairs; only hashes are stored. A refresh token serves once. Presented again after its
 * successor was used it is stolen or copied, and the whole family ends (RFC 9700 section 4.14.2). Presented again
 * while the successor was never used, the answer was lost on the way: a new successor replaces the unused one.
 */
export interface SignIns {
  issue(userId: string): TokenPair;
  authenticate(accessToken: string): Authentication;
  /** undefined = refused (invalid_grant). */
  refresh(refreshToken: string): TokenPair | undefined;
  /** Ends the family either kind of token belongs to; an unknown token is no error (RFC 7009 section 2.2). */
  revoke(token: string): void;
  /** Ends every sign-in of a person but one. */
  endOthers(userId: string, family: string): void;
}

interface TokenRow {
  readonly kind: 'access' | 'refresh';
  readonly family: string;
  readonly pair: number;
  readonly user_id: string;
  readonly expires_at: number;
  readonly current_pair: number;
  readonly pair_used: 0 | 1;
  readonly revoked: 0 | 1;
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** `now` is real time in UTC ms, also where the ledger's clock travels. */
export function createSignIns(ledger: Ledger, now: () => number): SignIns {
  const { db } = ledger;
  const find = db.prepare<[string], TokenRow>(`
    SELECT t.*, f.pair AS current_pair, f.pair_used, f.revoked
    FROM tokens t JOIN families f ON f.id = t.family WHERE t.hash = ?`);
  const insertFamily = db.prepare('INSERT INTO families (id, user_id, pair, pair_used) VALUES (?, ?, 1, 0)');
  const setPair = db.prepare('UPDATE families SET pair = ?, pair_used = 0 WHERE id = ?');
  const setUsed = db.prepare('UPDATE families SET pair_used = 1 WHERE id = ?');
  const setOthersRevoked = db.prepare('UPDATE families SET revoked = 1 WHERE user_id = ? AND id <> ?');
  const setRevoked = db.prepare('UPDATE families SET revoked = 1 WHERE id = ?');
  const insertToken = db.prepare(
    'INSERT INTO tokens (hash, kind, family, pair, user_id, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const deletePair = db.prepare('DELETE FROM tokens WHERE family = ? AND pair = ?');
  const prune = db.prepare('DELETE FROM tokens WHERE expires_at < ?');

  ledger.write(() => prune.run(now() - REFRESH_TOKEN_MS));

  function insertPair(family: string, pair: number, userId: string): TokenPair {
    const accessToken = `oat_${randomBytes(32).toString('base64url')}`;
    const refreshToken = `ort_${randomBytes(32).toString('base64url')}`;
    insertToken.run(hashOf(accessToken), 'access', family, pair, userId, now() + ACCESS_TOKEN_SEC * 1000);
    insertToken.run(hashOf(refreshToken), 'refresh', family, pair, userId, now() + REFRESH_TOKEN_MS);
    return { accessToken, refreshToken, expiresInSec: ACCESS_TOKEN_SEC };
  }

  function successor(row: TokenRow): TokenPair | undefined {
    if (row.pair === row.current_pair) {
      setPair.run(row.pair + 1, row.family);
      return insertPair(row.family, row.pair + 1, row.user_id);
    }
    if (row.pair === row.current_pair - 1 && row.pair_used === 0) {
      deletePair.run(row.family, row.current_pair);
      return insertPair(row.family, row.current_pair, row.user_id);
    }
    setRevoked.run(row.family);
    return undefined;
  }

  return {
    issue: (userId) =>
      ledger.write(() => {
        const family = randomUUID();
        insertFamily.run(family, userId);
        return insertPair(family, 1, userId);
      }),
    authenticate(accessToken) {
      const row = find.get(hashOf(accessToken));
      if (row?.kind !== 'access' || row.revoked === 1) return { kind: 'unknown' };
      if (row.expires_at <= now()) return { kind: 'expired' };
      if (row.pair === row.current_pair && row.pair_used === 0) ledger.write(() => setUsed.run(row.family));
      return { kind: 'valid', userId: row.user_id, family: row.family, expiresAt: row.expires_at };
    },
    refresh: (refreshToken) =>
      ledger.write(() => {
        const row = find.get(hashOf(refreshToken));
        if (row?.kind !== 'refresh' || row.revoked === 1 || row.expires_at <= now()) return undefined;
        return successor(row);
      }),
    revoke(token) {
      const row = find.get(hashOf(token));
      if (row) ledger.write(() => setRevoked.run(row.family));
    },
    endOthers: (userId, family) => void ledger.write(() => setOthersRevoked.run(userId, family)),
  };
}
