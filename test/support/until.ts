/** Waits, turn by turn of the event loop, until the condition holds. Throws after `limitMs` with what it waited for. */
export async function until(what: string, condition: () => boolean, limitMs = 4_000): Promise<void> {
  const end = performance.now() + limitMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Lets everything run that is ready to run: a few turns of the event loop. */
export async function turns(count = 8): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
