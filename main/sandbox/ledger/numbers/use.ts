import type { Ledger } from '../ledger.ts';

/** Keeps when a number was last in a call (VTC-27), in the transaction that books the call. */
export function watchUse({ db, journal }: Pick<Ledger, 'db' | 'journal'>): void {
  const partiesOf = db.prepare<[string], { from_party: string | null; to_party: string | null }>(
    `SELECT from_party, to_party FROM usage WHERE id = ? AND kind = 'call'`,
  );
  const used = db.prepare(`UPDATE numbers SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE number IN (?, ?)`);
  journal.onPosting(({ usageId, at }) => {
    const parties = partiesOf.get(usageId);
    if (parties) used.run(at, parties.from_party, parties.to_party);
  });
}
