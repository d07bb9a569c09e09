import type { Ledger } from './ledger.ts';

interface LiveLeg {
  readonly id: string;
  readonly metered: 0 | 1;
}

/** Legs the policy ends now that the balance is used up (POL-01, VTC-29); never an emergency one. */
export function legsToCut(ledger: Ledger): readonly string[] {
  const { activeCallsAtZero } = ledger.profile.policy;
  if (activeCallsAtZero === 'keep' || ledger.journal.balance() > 0) return [];
  return ledger.db
    .prepare<[], LiveLeg>('SELECT id, metered FROM legs WHERE ended_at IS NULL AND emergency = 0')
    .all()
    .filter((leg) => activeCallsAtZero === 'cut_all' || leg.metered === 1)
    .map((leg) => leg.id);
}
