import type * as z from 'zod';
import type { orderDraftSchema } from '../../../provider/api/resources/order.ts';
import { orderDraftSchema as schema } from '../../../provider/api/resources/order.ts';
import type { Ledger } from '../ledger.ts';

/** An order as far as it was filled in, as the API words it. */
export type OrderDraft = z.output<typeof orderDraftSchema>;

const EMPTY_DRAFT: OrderDraft = {
  step: 'channels',
  channels: null,
  numbers: null,
  funds: null,
  emergency_notice_acknowledged: false,
  address_id: null,
  quote_id: null,
  payment_method_id: null,
};

export interface SavedDraft {
  readonly content: OrderDraft;
  readonly userId: string;
  /** UTC ms. */
  readonly at: number;
}

/** The one draft of the account. Every change runs in the caller's transaction and is an event. */
export interface Drafts {
  find(): SavedDraft | undefined;
  /** The draft, or an empty one. */
  current(): OrderDraft;
  save(content: OrderDraft, userId: string): void;
  drop(): void;
}

export function createDrafts(ledger: Ledger): Drafts {
  const { db, clock, outbox } = ledger;
  const read = db.prepare<[], { content: string; userId: string; at: number }>(
    'SELECT content, user_id AS userId, at FROM order_draft',
  );
  const write = db.prepare(`
    INSERT INTO order_draft (one, content, user_id, at) VALUES (1, @content, @userId, @at)
    ON CONFLICT (one) DO UPDATE SET content = excluded.content, user_id = excluded.user_id, at = excluded.at`);
  const remove = db.prepare('DELETE FROM order_draft');

  function find(): SavedDraft | undefined {
    const row = read.get();
    return row && { ...row, content: schema.parse(JSON.parse(row.content)) };
  }

  return {
    find,
    current: () => find()?.content ?? EMPTY_DRAFT,
    save(content, userId) {
      const at = clock.now();
      write.run({ content: JSON.stringify(content), userId, at });
      outbox.append('order.updated', at);
    },
    drop: () => void remove.run(),
  };
}
