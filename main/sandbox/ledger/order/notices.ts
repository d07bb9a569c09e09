import type { Audit } from '../audit/audit.ts';
import type { Ledger } from '../ledger.ts';
import type { User } from '../people.ts';

/** SIPUS-20: what emergency calls need and cannot do, linked where numbers are chosen. */
export const EMERGENCY_NOTICE = 'emergency_calling';

export interface Acknowledgement {
  readonly userId: string;
  /** UTC ms. */
  readonly at: number;
}

/** Who acknowledged which notice, and when: the first time counts. */
export interface Notices {
  acknowledgement(notice: string): Acknowledgement | undefined;
  /** MUST run in a transaction. Does nothing where it was acknowledged before. */
  acknowledge(notice: string, by: User): void;
  clear(): void;
}

export function createNotices(ledger: Ledger, audit: Audit): Notices {
  const { db, clock } = ledger;
  const read = db.prepare<[string], Acknowledgement>(
    'SELECT user_id AS userId, at FROM acknowledgements WHERE notice = ?',
  );
  const insert = db.prepare(
    'INSERT INTO acknowledgements (notice, user_id, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const drop = db.prepare('DELETE FROM acknowledgements');
  return {
    acknowledgement: (notice) => read.get(notice),
    acknowledge(notice, by) {
      if (insert.run(notice, by.id, clock.now()).changes === 1) {
        audit.write(by, 'notice.acknowledged', null, { notice }, { subject: notice });
      }
    },
    clear: () => void drop.run(),
  };
}
