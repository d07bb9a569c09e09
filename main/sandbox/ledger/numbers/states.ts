/** What a number of the account is, by itself (requirements.md 3.6). */
export const OWN_STATES = [
  'pending_requirements',
  'pending_review',
  'provisioning',
  'active',
  'renewal_failed',
  'suspended',
  'released',
  'aging',
  'gone',
] as const;
export type OwnState = (typeof OWN_STATES)[number];

/** Why a number was given up or taken back. */
export type ReleaseReason = 'asked' | 'missed_renewal' | 'inactivity' | 'requirements';

/**
 * The life of a number:
 *
 *     bought -> pending_requirements <-> pending_review -> provisioning -> active <-> renewal_failed -> suspended
 *     any of them -> released <-> active; released -> aging -> gone -> bought again
 */
const MOVES: Readonly<Record<OwnState, readonly OwnState[]>> = {
  pending_requirements: ['pending_review', 'released'],
  pending_review: ['pending_requirements', 'provisioning', 'released'],
  provisioning: ['active', 'released'],
  active: ['renewal_failed', 'released'],
  renewal_failed: ['active', 'suspended', 'released'],
  suspended: ['active', 'released'],
  released: ['active', 'aging'],
  aging: ['gone'],
  gone: [],
};

/** States in which the number rings and may be shown: after a renewal that failed it works on for the time of grace. */
const IN_SERVICE: ReadonlySet<OwnState> = new Set(['active', 'renewal_failed']);

/** Whether the account still has it, in whatever condition. */
const HELD: ReadonlySet<OwnState> = new Set([
  'pending_requirements',
  'pending_review',
  'provisioning',
  'active',
  'renewal_failed',
  'suspended',
]);

export const isInService = (state: OwnState): boolean => IN_SERVICE.has(state);
export const isHeld = (state: OwnState): boolean => HELD.has(state);

/** Proves a move of the table. Throws for any other: that is a fault of the caller, never input. */
export function requireMove(from: OwnState, to: OwnState): void {
  if (!MOVES[from].includes(to)) throw new Error(`A number does not go from ${from} to ${to}`);
}
