import type { Phone } from './phone.ts';

/**
 * Fetches the telephone with JsSIP as a chunk of its own and makes one phone. Call it after the first paint, once per
 * phone lease. The phone does nothing before `start`; after `stop` nothing of it is left open. Rejects only when the
 * chunk itself cannot be loaded. `report` hears of SIP messages that were not taken, by name only.
 */
export async function loadPhone(report: (what: string) => void): Promise<Phone> {
  const { createBrowserPhone } = await import('./jssip/browser-phone.ts');
  return createBrowserPhone({ report });
}
