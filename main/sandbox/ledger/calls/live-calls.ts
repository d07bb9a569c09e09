import type { Micros } from '../../../../preload/contract/money.ts';
import { toMicros } from '../../../../preload/contract/money.ts';
import type { ChannelModel } from '../../policies/profile.ts';
import type { ChannelsInUse } from '../admission.ts';
import type { Ledger } from '../ledger.ts';
import type { People } from '../people.ts';
import type { CallDay, CallDays } from './call-days.ts';
import type { Judge } from './judge.ts';
import type { LegRow, Legs } from './legs.ts';
import type { CallPorts } from './ports.ts';

/** One leg in progress. `estimate` is what it would cost if it ended now; the balance knows nothing of it (TOP-10). */
export interface LiveLeg {
  readonly leg: LegRow;
  readonly userName: string | null;
  readonly ratePerMinute: Micros;
  readonly estimate: Micros;
}

/** How the channels of the account are used. Counts of a capacity are -1 where unlimited. */
export interface ChannelUse {
  readonly capacity: ChannelModel;
  readonly inUse: ChannelsInUse;
  readonly today: CallDay;
}

export interface LiveCalls {
  /** Every leg in progress, oldest first; of one person, or null = of everybody. */
  list(userId: string | null): readonly LiveLeg[];
  channels(): ChannelUse;
}

interface Parts {
  readonly legs: Legs;
  readonly days: CallDays;
  readonly judge: Judge;
  readonly ports: CallPorts;
}

export function createLiveCalls(ledger: Ledger, people: People, { legs, days, judge, ports }: Parts): LiveCalls {
  const { clock } = ledger;
  return {
    list(userId) {
      const now = clock.now();
      const shown = legs.live().filter((leg) => userId === null || leg.user_id === userId);
      return shown.map((leg) => ({
        leg,
        userName: leg.user_id === null ? null : (people.user(leg.user_id)?.name ?? null),
        ratePerMinute: leg.metered === 1 ? leg.per_minute : toMicros(0),
        estimate: judge.costSoFar(leg, now),
      }));
    },
    channels: () => ({
      capacity: ports.capacity(),
      inUse: legs.channelsInUse(),
      today: days.today(clock.now()),
    }),
  };
}
