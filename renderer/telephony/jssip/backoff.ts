/** Wait before try number `attempt` (0 = the first repeat) in whole doublings of `baseMs`, never above `maxMs`. */
export interface BackoffRule {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** Half of the wait is random, so that a server that comes back is not met by everybody in the same second. */
export function backoffMs(rule: BackoffRule, attempt: number, random: () => number): number {
  const full = Math.min(rule.maxMs, rule.baseMs * 2 ** attempt);
  return full / 2 + (full / 2) * random();
}
