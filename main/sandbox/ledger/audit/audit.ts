import type { Ledger } from '../ledger.ts';
import type { User } from '../people.ts';

/** A change as it was recorded. `before` and `after` are JSON values; null = there was, or is, nothing. */
export interface AuditEntry {
  readonly seq: number;
  /** UTC ms of the ledger's clock. */
  readonly at: number;
  readonly userId: string | null;
  readonly onBehalfOf: string | null;
  readonly action: string;
  readonly subject: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

export interface AuditFilter {
  readonly userId?: string;
  readonly action?: string;
  /** UTC ms, `[from, to)`. */
  readonly from?: number;
  readonly to?: number;
}

/** The audit trail (EXT-35). */
export interface Audit {
  /**
   * Records a change in the transaction that makes it. `actor` null = the provider. Names an action as `thing.verb`
   * (`top_up.changed`). Neither side may hold a secret: no password, no code, no card.
   */
  write(
    actor: Pick<User, 'id'> | null,
    action: string,
    from: unknown,
    to: unknown,
    about?: { readonly subject?: string; readonly onBehalfOf?: string },
  ): void;
  /** Entries before that place in the trail, newest first; Infinity = from the newest on. */
  before(seq: number, limit: number, filter: AuditFilter): readonly AuditEntry[];
}

interface Row {
  readonly seq: number;
  readonly at: number;
  readonly user_id: string | null;
  readonly on_behalf_of: string | null;
  readonly action: string;
  readonly subject: string | null;
  readonly before: string | null;
  readonly after: string | null;
}

const toText = (value: unknown): string | null =>
  value === undefined || value === null ? null : JSON.stringify(value);
const fromText = (text: string | null): unknown => (text === null ? null : JSON.parse(text));

export function createAudit(ledger: Ledger): Audit {
  const { db, clock } = ledger;
  const insert = db.prepare(
    `INSERT INTO audit (at, user_id, on_behalf_of, action, subject, before, after)
     VALUES (@at, @userId, @onBehalfOf, @action, @subject, @before, @after)`,
  );
  const page = db.prepare<Record<string, string | number | null>, Row>(`
    SELECT * FROM audit
    WHERE seq < @seq AND (@userId IS NULL OR user_id = @userId) AND (@action IS NULL OR action = @action)
      AND at >= @from AND at < @to
    ORDER BY seq DESC LIMIT @limit`);
  return {
    write(actor, action, from, to, about = {}) {
      insert.run({
        at: clock.now(),
        userId: actor?.id ?? null,
        onBehalfOf: about.onBehalfOf ?? null,
        action,
        subject: about.subject ?? null,
        before: toText(from),
        after: toText(to),
      });
    },
    before(seq, limit, filter) {
      const rows = page.all({
        seq: Math.min(seq, Number.MAX_SAFE_INTEGER),
        limit,
        userId: filter.userId ?? null,
        action: filter.action ?? null,
        from: filter.from ?? 0,
        to: filter.to ?? Number.MAX_SAFE_INTEGER,
      });
      return rows.map((row) => ({
        seq: row.seq,
        at: row.at,
        userId: row.user_id,
        onBehalfOf: row.on_behalf_of,
        action: row.action,
        subject: row.subject,
        before: fromText(row.before),
        after: fromText(row.after),
      }));
    },
  };
}
