import type Database from 'better-sqlite3';

import type { WireEventName } from '../../provider/api/events.ts';

/** Everything a stream tells but what belongs to the stream itself. */
export type OutboxKind = Exclude<WireEventName, 'stream.opened' | 'resync'>;

export interface OutboxRow {
  readonly id: number;
  readonly kind: OutboxKind;
  readonly usageId: string | null;
  /** Id of the charge or alert it is about. */
  readonly subject: string | null;
}

/** How many events can be resumed over; a client that was away longer reads everything again. */
export const OUTBOX_KEPT = 10_000;

/** Events in the order they happened, with ids that only ever grow. Written in the transaction they tell of. */
export interface Outbox {
  append(kind: OutboxKind, at: number, about?: { readonly usageId?: string; readonly subject?: string }): void;
  /** The newest id; 0 = none yet. */
  newest(): number;
  /** Events after `id`, oldest first; `gone` when some of them are no longer kept, or `id` never was. */
  after(id: number, limit: number): readonly OutboxRow[] | 'gone';
}

export function createOutbox(db: Database.Database): Outbox {
  const insert = db.prepare('INSERT INTO events (kind, usage_id, subject, at) VALUES (?, ?, ?, ?)');
  const prune = db.prepare('DELETE FROM events WHERE id <= ?');
  const newest = db.prepare<[], number>(`SELECT seq FROM sqlite_sequence WHERE name = 'events'`).pluck();
  const oldest = db.prepare<[], number | null>('SELECT min(id) FROM events').pluck();
  const after = db.prepare<[number, number], OutboxRow>(
    'SELECT id, kind, usage_id AS usageId, subject FROM events WHERE id > ? ORDER BY id LIMIT ?',
  );
  const newestId = (): number => newest.get() ?? 0;
  return {
    append(kind, at, about = {}) {
      insert.run(kind, about.usageId ?? null, about.subject ?? null, at);
      const id = newestId();
      if (id % 100 === 0) prune.run(id - OUTBOX_KEPT);
    },
    newest: newestId,
    after(id, limit) {
      const first = oldest.get() ?? newestId() + 1;
      if (id < first - 1 || id > newestId()) return 'gone';
      return after.all(id, limit);
    },
  };
}
