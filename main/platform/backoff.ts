/** How long to wait before try number `attempt + 1`: `baseMs` doubled each time up to `maxMs`, to which jitter is added. */
export interface BackoffRule {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * Full delay with +-25 % jitter in whole milliseconds; `attempt` counts from 0. The jitter keeps many clients of a
 * provider that comes back from asking in the same second.
 */
export function backoffMs(rule: BackoffRule, attempt: number, random: () => number = Math.random): number {
  const full = Math.min(rule.maxMs, rule.baseMs * 2 ** Math.min(attempt, 30));
  return Math.round(full * (0.75 + random() * 0.5));
}
