import { expect, test } from 'vitest';
import { createRateLimiter } from '../../main/sandbox/api/rate-limit.ts';

const limiterAt = (burst: number, perSecond: number) => {
  let now = 0;
  const limiter = createRateLimiter({ burst, perSecond }, { now: () => now });
  return {
    limiter,
    pass: (ms: number) => {
      now += ms;
    },
  };
};

test('a burst is served, the next request is told how long to wait, and is served after that', () => {
  const { limiter, pass } = limiterAt(3, 2);
  expect([1, 2, 3].map(() => limiter.take('a').retryAfterSec)).toEqual([undefined, undefined, undefined]);
  expect(limiter.take('a').retryAfterSec).toBe(1);
  pass(1000);
  expect([1, 2, 3].map(() => limiter.take('a').retryAfterSec)).toEqual([undefined, undefined, 1]);
});

test('each token has its own bucket, which never holds more than the burst', () => {
  const { limiter, pass } = limiterAt(2, 1);
  pass(1_000_000);
  expect([1, 2, 3].map(() => limiter.take('a').retryAfterSec)).toEqual([undefined, undefined, 1]);
  expect(limiter.take('b').retryAfterSec).toBeUndefined();
});

test('the headers name the policy and where the caller stands', () => {
  const { limiter, pass } = limiterAt(10, 2);
  expect(limiter.take('a').headers).toEqual({ 'ratelimit-policy': '"token";q=10;w=5', ratelimit: '"token";r=9;t=1' });
  pass(100);
  limiter.take('a');
  expect(limiter.take('a').headers.ratelimit).toBe('"token";r=7;t=2');
});

test('ten thousand tokens of yesterday are forgotten', () => {
  const { limiter, pass } = limiterAt(2, 1);
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < 10_000; index += 1) {
    limiter.take(`token-${index}`);
    pass(1000);
  }
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
});

test('a clock that was set back takes nothing away', () => {
  const { limiter, pass } = limiterAt(2, 1);
  limiter.take('a');
  pass(-60_000);
  expect(limiter.take('a').retryAfterSec).toBeUndefined();
});
