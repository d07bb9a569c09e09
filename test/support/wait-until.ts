const PROBE_EVERY_MS = 20;

/**
 * Asks `probe` until it answers something other than undefined, null or false, and resolves with that. Rejects after
 * `withinMs` with `what` and the probe's last error. For waiting on other processes; never a bare sleep.
 */
export async function waitUntil<T>(
  what: string,
  probe: () => T | Promise<T>,
  withinMs: number,
): Promise<Exclude<Awaited<T>, undefined | null | false>> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== null && answer !== false) {
        return answer as Exclude<Awaited<T>, undefined | null | false>;
      }
      last = undefined;
    } catch (cause) {
      last = cause;
    }
    if (performance.now() > deadline) throw new Error(`${what}: not within ${withinMs} ms`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
  }
}
