import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { CountryCode } from 'libphonenumber-js/min';
import type { Profile } from '../../policies/profile.ts';
import type { Destination } from '../../ports.ts';
import { findSpecial } from '../../scenarios/special-numbers.ts';

/** What somebody meant by what was dialled. Pure but for who holds which number. */
export interface Dialling {
  /** POL-25: an emergency number or the one for tests of it. */
  isEmergency(dialled: string): boolean;
  /** E.164 of what a person of the account's country dials; undefined = no number. */
  toE164(dialled: string): string | undefined;
  destination(dialled: string): Destination;
}

export function createDialling(profile: Profile, holderOf: (number: string) => string | undefined): Dialling {
  const { policy, account } = profile;

  function isEmergency(dialled: string): boolean {
    const { numbers, testNumber } = policy.emergency;
    return numbers.includes(dialled) || dialled === testNumber;
  }

  function toE164(dialled: string): string | undefined {
    const special = findSpecial(dialled);
    if (special) return special.number;
    if (!/^\+?[\d\s().-]{3,24}$/.test(dialled)) return undefined;
    const parsed = parsePhoneNumberFromString(dialled, account.country as CountryCode);
    return parsed?.isPossible() === true ? parsed.number : undefined;
  }

  return {
    isEmergency,
    toE164,
    destination(dialled) {
      if (isEmergency(dialled)) return { kind: 'emergency' };
      const special = findSpecial(toE164(dialled) ?? dialled);
      if (special) return { kind: special.destination };
      const number = toE164(dialled);
      if (number === undefined) return { kind: 'invalid' };
      const userId = holderOf(number);
      return userId === undefined ? { kind: 'announcement' } : { kind: 'own', userId };
    },
  };
}
