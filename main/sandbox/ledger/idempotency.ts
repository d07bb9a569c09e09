import { createHash } from 'node:crypto';
import type { Ledger } from './ledger.ts';

/** Keys are kept so long; the same key later is a new request. */
const KEPT_MS = 24 * 3_600_000;

/** What a key was first used for: the same key with anything else is a fault of the client. */
export interface KeyedRequest {
  readonly userId: string;
  readonly key: string;
  readonly method: string;
  /** With its query: another query is another request. */
  readonly url: string;
  readonly body: unknown;
}

export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
}

export type KeyState =
  | { readonly kind: 'new' }
  | { readonly kind: 'done'; readonly answer: StoredAnswer }
  | { readonly kind: 'in_progress' }
  | { readonly kind: 'reused' };

/** Idempotency keys of writes (draft-ietf-httpapi-idempotency-key-header), scoped to the person. */
export interface IdempotencyKeys {
  /** Reserves a new key, or says what became of it. */
  begin(request: KeyedRequest): KeyState;
  /** MUST run in the transaction that does the work: answer and effect are kept together or not at all. */
  finish(userId: string, key: string, answer: StoredAnswer): void;
  /** The work failed without effect: the key may be tried again. */
  release(userId: string, key: string): void;
}

interface Row {
  readonly fingerprint: string;
  readonly status: number | null;
  readonly body: string | null;
}

function fingerprintOf(request: KeyedRequest): string {
  const text = JSON.stringify([request.method, request.url, request.body ?? null]);
  return createHash('sha256').update(text).digest('base64url');
}

/** `now` is real time. Reservations of a killed process are dropped: their work was never committed. */
export function createIdempotencyKeys(ledger: Ledger, now: () => number): IdempotencyKeys {
  const { db } = ledger;
  const find = db.prepare<[string, string], Row>(
    'SELECT fingerprint, status, body FROM idempotency WHERE user_id = ? AND key = ?',
  );
  const insert = db.prepare('INSERT INTO idempotency (user_id, key, fingerprint, created_at) VALUES (?, ?, ?, ?)');
  const done = db.prepare('UPDATE idempotency SET status = ?, body = ? WHERE user_id = ? AND key = ?');
  const drop = db.prepare('DELETE FROM idempotency WHERE user_id = ? AND key = ? AND status IS NULL');
  const expire = db.prepare('DELETE FROM idempotency WHERE created_at < ?');

  ledger.write(() => db.prepare('DELETE FROM idempotency WHERE status IS NULL').run());

  return {
    begin: (request) =>
      ledger.write((): KeyState => {
        expire.run(now() - KEPT_MS);
        const fingerprint = fingerprintOf(request);
        const row = find.get(request.userId, request.key);
        if (!row) {
          insert.run(request.userId, request.key, fingerprint, now());
          return { kind: 'new' };
        }
        if (row.fingerprint !== fingerprint) return { kind: 'reused' };
        if (row.status === null || row.body === null) return { kind: 'in_progress' };
        return { kind: 'done', answer: { status: row.status, body: row.body } };
      }),
    finish(userId, key, answer) {
      done.run(answer.status, answer.body, userId, key);
    },
    release(userId, key) {
      ledger.write(() => drop.run(userId, key));
    },
  };
}
