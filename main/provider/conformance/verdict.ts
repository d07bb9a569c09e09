/** What became of one case. */
export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly says: string }
  | { readonly kind: 'skipped'; readonly says: string }
  | { readonly kind: 'not_offered' };

/** The server broke a promise; the message is one sentence for whoever runs the server. */
export class Failure extends Error {}

/** The case could not be tried here; the message says why. */
export class Skip extends Error {}

/** The server does not have this capability, and may do without it. */
export class NotOffered extends Error {}

/** The verdict of a case that ran to its end or threw one of the three; anything else is a fault of the kit. */
export async function verdictOf(run: () => Promise<void>): Promise<Verdict> {
  try {
    await run();
    return { kind: 'passed' };
  } catch (cause) {
    if (cause instanceof Failure) return { kind: 'failed', says: cause.message };
    if (cause instanceof Skip) return { kind: 'skipped', says: cause.message };
    if (cause instanceof NotOffered) return { kind: 'not_offered' };
    throw cause;
  }
}

/** Throws a Failure of all that is wrong; none = fine. At most `shown` are named. */
export function failOn(faults: readonly string[], shown = 4): void {
  if (faults.length === 0) return;
  const more = faults.length > shown ? ` (and ${faults.length - shown} more)` : '';
  throw new Failure(`${faults.slice(0, shown).join('; ')}${more}`);
}
