import type { Clock } from '../../platform/clock.ts';

/** What a token may ask: so many requests at once, and so many a second for as long as it likes. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

/** Far above what an app asks that syncs a long history page by page, far below what hurts a loopback server. */
export const RATE_LIMIT: RateLimit = { burst: 3000, perSecond: 300 };

/** What a request is told of its limit (draft-ietf-httpapi-ratelimit-headers-10: a policy and where the caller stands). */
export interface Allowance {
  readonly headers: Readonly<Record<'ratelimit-policy' | 'ratelimit', string>>;
  /** Whole seconds to wait; undefined = go ahead. */
  readonly retryAfterSec: number | undefined;
}

export interface RateLimiter {
  /** Takes one request off the token's bucket. */
  take(token: string): Allowance;
}

interface Bucket {
  level: number;
  at: number;
}

/** Buckets are looked over when there are so many: tokens change every hour, and a full bucket says nothing. */
const SWEEP_AT = 500;

/** A token bucket for each access token. `clock` is real time: limits do not travel with the books. */
export function createRateLimiter(limit: RateLimit, clock: Pick<Clock, 'now'>): RateLimiter {
  const buckets = new Map<string, Bucket>();
  const levelAt = (bucket: Bucket, now: number): number =>
    Math.min(limit.burst, bucket.level + (Math.max(0, now - bucket.at) / 1000) * limit.perSecond);
  const policy = `"token";q=${limit.burst};w=${Math.ceil(limit.burst / limit.perSecond)}`;

  function sweep(now: number): void {
    for (const [token, bucket] of buckets) if (levelAt(bucket, now) >= limit.burst) buckets.delete(token);
  }

  return {
    take(token) {
      const now = clock.now();
      if (buckets.size >= SWEEP_AT && !buckets.has(token)) sweep(now);
      const level = levelAt(buckets.get(token) ?? { level: limit.burst, at: now }, now);
      const allowed = level >= 1;
      const left = allowed ? level - 1 : level;
      buckets.set(token, { level: left, at: now });
      const fullAgainSec = Math.ceil((limit.burst - left) / limit.perSecond);
      return {
        headers: {
          'ratelimit-policy': policy,
          ratelimit: `"token";r=${Math.floor(left)};t=${fullAgainSec}`,
        },
        retryAfterSec: allowed ? undefined : Math.max(1, Math.ceil((1 - left) / limit.perSecond)),
      };
    },
  };
}
