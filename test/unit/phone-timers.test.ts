import { expect, test } from 'vitest';
import { createTimers, type TimerFired, type TimerRequest } from '../../renderer/telephony/timers.ts';
import { until } from '../support/until.ts';

class FakeWorker extends EventTarget {
  readonly requests: TimerRequest[] = [];
  isTerminated = false;

  postMessage(request: TimerRequest): void {
    this.requests.push(request);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  say(data: TimerFired): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
}

test('the worker fires, a cleared timer does not, and dispose ends the worker', () => {
  const worker = new FakeWorker();
  const timers = createTimers(() => worker as never);
  const fired: string[] = [];
  timers.set(10, () => fired.push('a'));
  const second = timers.set(20, () => fired.push('b'));
  second.clear();
  second.clear();
  worker.say({ id: 1 });
  worker.say({ id: 2 });
  worker.say({ id: 1 });
  expect(fired).toEqual(['a']);
  expect(worker.requests).toEqual([
    { id: 1, delayMs: 10 },
    { id: 2, delayMs: 20 },
    { id: 2, delayMs: null },
  ]);
  timers.dispose();
  expect(worker.isTerminated).toBe(true);
});

test('a worker that cannot load is left: its timers go on on the page', async () => {
  const worker = new FakeWorker();
  const timers = createTimers(() => worker as never);
  const fired: string[] = [];
  timers.set(1, () => fired.push('a'));
  worker.dispatchEvent(new Event('error'));
  timers.set(1, () => fired.push('b'));
  await until('both fire', () => fired.length === 2);
  expect(timers.pending()).toBe(0);
});
