import type { TimerFired, TimerRequest } from './timers.ts';

/** The worker's own scope; the page's lib has no type for it. */
interface WorkerScope {
  onmessage: ((event: { readonly data: TimerRequest }) => void) | null;
  postMessage(message: TimerFired): void;
}

const scope = globalThis as unknown as WorkerScope;
const handles = new Map<number, ReturnType<typeof setTimeout>>();

// Timers of a worker are not slowed down when the page is hidden (design 7): a hidden page must still ring.
scope.onmessage = ({ data }) => {
  clearTimeout(handles.get(data.id));
  handles.delete(data.id);
  if (data.delayMs === null) return;
  handles.set(
    data.id,
    setTimeout(() => {
      handles.delete(data.id);
      scope.postMessage({ id: data.id });
    }, data.delayMs),
  );
};
