import type { Profile, ProfileId } from './profile.ts';
import { PROFILE_IDS } from './profile.ts';
import { SIPCORE } from './sipcore.ts';
import { SIPSTATION } from './sipstation.ts';
import { SIPUS } from './sipus.ts';
import { TWENTY_SIX_HUNDRED_HZ } from './2600hz.ts';
import { VOIPTIME } from './voiptime.ts';

export const DEFAULT_PROFILE: ProfileId = 'voiptime';

const PROFILES: Readonly<Record<ProfileId, Profile>> = {
  voiptime: VOIPTIME,
  sipus: SIPUS,
  sipcore: SIPCORE,
  '2600hz': TWENTY_SIX_HUNDRED_HZ,
  sipstation: SIPSTATION,
};

/** The profile of that name, or undefined: the name comes from a command line. */
export function findProfile(name: string): Profile | undefined {
  const id = PROFILE_IDS.find((each) => each === name);
  return id && PROFILES[id];
}
