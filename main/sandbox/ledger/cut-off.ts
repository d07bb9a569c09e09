import type { Ledger } from './ledger.ts';

/**
 * Legs the policy ends now that balance and credit limit are used up (POL-01, VTC-29); never an emergency one. Asked
 * after every write, so it costs nothing while the balance holds.
 */
export function createCutOff(ledger: Ledger): () => readonly string[] {
  const { activeCallsAtZero, creditLimit } = ledger.profile.policy;
  const { journal } = ledger;
  if (activeCallsAtZero === 'keep') return () => [];
  const legs = ledger.db
    .prepare<[number], string>(
      'SELECT id FROM legs WHERE ended_at IS NULL AND emergency = 0 AND metered >= ? ORDER BY started_at, rowid',
    )
    .pluck();
  const least = activeCallsAtZero === 'cut_all' ? 0 : 1;
  return () => (journal.balance() + creditLimit > 0 ? [] : legs.all(least));
}
