import type { TimerFired, TimerRequest } from './timers.ts';

/** The worker's own scope; the page's lib has no type for it. */
interface WorkerScope {
  addEventListener(type: 'message', listener: (event: { readonly data: TimerRequest }) => void): void;
  postMessage(message: TimerFired): void;
}

const scope = globalThis as unknown as WorkerScope;
const handles = new Map<number, ReturnType<typeof setTimeout>>();

// Timers of a worker are not slowed down when the page is hidden (design 7): a hidden page must still ring.
scope.addEventListener('message', ({ data }) => {
  clearTimeout(handles.get(data.id));
  handles.delete(data.id);
  if (data.delayMs === null) return;
  handles.set(
    data.id,
    setTimeout(() => {
      handles.delete(data.id);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's has none
      scope.postMessage({ id: data.id });
    }, data.delayMs),
  );
});
