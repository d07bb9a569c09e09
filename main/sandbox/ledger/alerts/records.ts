import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Micros } from '../../../../preload/contract/money.ts';
import type { Ledger } from '../ledger.ts';
import type { Reason } from './reasons.ts';
import { reasonSchema } from './reasons.ts';

/** What people were told. Times are UTC ms of the ledger's clock. */
export interface AlertRecord {
  readonly seq: number;
  readonly id: string;
  readonly at: number;
  /** A reminder: nothing new happened. */
  readonly repeated: boolean;
  readonly reasons: readonly Reason[];
  readonly balance: Micros;
  readonly burnPerHour: Micros | null;
  readonly text: string;
  readonly resolvedAt: number | null;
  /** When the person who asks has seen it; null = not yet. */
  readonly seenAt: number | null;
}

/** Something that would have left a real provider. */
export interface SentMessage {
  readonly seq: number;
  readonly kind: 'alert' | 'receipt';
  readonly alertId: string | null;
  readonly chargeId: string | null;
  readonly channel: 'mail' | 'sms' | 'webhook';
  readonly recipient: string;
  readonly body: string;
  readonly at: number;
}

/** The rows of alerts and messages. Writes run in the caller's transaction. */
export interface AlertRecords {
  add(made: Omit<AlertRecord, 'seq' | 'id' | 'resolvedAt' | 'seenAt'>): string;
  byId(id: string, userId: string): AlertRecord | undefined;
  /** Newest first. */
  page(userId: string, before: number, limit: number): readonly AlertRecord[];
  /** The balance is above every level: whatever was told is over. True when something was open. */
  resolve(at: number): boolean;
  see(id: string, userId: string, at: number): void;
  send(message: Omit<SentMessage, 'seq'>): void;
  /** Newest first. */
  messages(limit: number): readonly SentMessage[];
  messagesOf(alertId: string): readonly SentMessage[];
}

type Row = Omit<AlertRecord, 'repeated' | 'reasons'> & { readonly repeated: 0 | 1; readonly reasons: string };

const COLUMNS = `seq, id, alerts.at AS at, repeated, reasons, balance, burn_per_hour AS burnPerHour, text,
  resolved_at AS resolvedAt, alerts_seen.at AS seenAt`;
const FROM = 'FROM alerts LEFT JOIN alerts_seen ON alert_id = id AND user_id = @userId';
const MESSAGE = 'seq, kind, alert_id AS alertId, charge_id AS chargeId, channel, recipient, body, at';

const toAlert = (row: Row): AlertRecord => ({
  ...row,
  repeated: row.repeated === 1,
  reasons: z.array(reasonSchema).parse(JSON.parse(row.reasons)),
});

export function createAlertRecords({ db }: Pick<Ledger, 'db'>): AlertRecords {
  const insert = db.prepare(`
    INSERT INTO alerts (id, at, repeated, reasons, balance, burn_per_hour, text)
    VALUES (@id, @at, @repeated, @reasons, @balance, @burnPerHour, @text)`);
  const byId = db.prepare<{ id: string; userId: string }, Row>(`SELECT ${COLUMNS} ${FROM} WHERE id = @id`);
  const page = db.prepare<{ userId: string; before: number; limit: number }, Row>(
    `SELECT ${COLUMNS} ${FROM} WHERE seq < @before ORDER BY seq DESC LIMIT @limit`,
  );
  const resolve = db.prepare('UPDATE alerts SET resolved_at = ? WHERE resolved_at IS NULL');
  const see = db.prepare('INSERT INTO alerts_seen (alert_id, user_id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const send = db.prepare(`
    INSERT INTO messages (kind, alert_id, charge_id, channel, recipient, body, at)
    VALUES (@kind, @alertId, @chargeId, @channel, @recipient, @body, @at) ON CONFLICT DO NOTHING`);
  const messages = db.prepare<[number], SentMessage>(`SELECT ${MESSAGE} FROM messages ORDER BY seq DESC LIMIT ?`);
  const ofAlert = db.prepare<[string], SentMessage>(`SELECT ${MESSAGE} FROM messages WHERE alert_id = ? ORDER BY seq`);
  return {
    add(made) {
      const id = `alr_${randomUUID().replaceAll('-', '')}`;
      insert.run({ ...made, id, repeated: made.repeated ? 1 : 0, reasons: JSON.stringify(made.reasons) });
      return id;
    },
    byId(id, userId) {
      const row = byId.get({ id, userId });
      return row && toAlert(row);
    },
    page: (userId, before, limit) =>
      page.all({ userId, before: Math.min(before, Number.MAX_SAFE_INTEGER), limit }).map(toAlert),
    resolve: (at) => resolve.run(at).changes > 0,
    see: (id, userId, at) => void see.run(id, userId, at),
    send: (message) => void send.run(message),
    messages: (limit) => messages.all(limit),
    messagesOf: (alertId) => ofAlert.all(alertId),
  };
}
