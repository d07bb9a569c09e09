import type { AccountPolicy } from '../../policies/profile.ts';
import type { Ledger } from '../ledger.ts';
import type { MeterPeriod } from './spans.ts';

/** Answered calls of one sort in a period. Of a call between two people of the account the originating row alone. */
export interface CallSeconds {
  readonly onNet: boolean;
  readonly video: boolean;
  readonly transcoded: boolean;
  readonly calls: number;
  readonly seconds: number;
  /** Each call by itself brought up to whole minutes. */
  readonly minutesPerCall: number;
}

export interface Minutes {
  readonly voip: number;
  readonly video: number;
  readonly transcoding: number;
}

/** A call between two user agents is one placed and one received: it counts twice, here and nowhere else (SCS-09). */
const VOICE_ON_NET_FACTOR = 2;

type Rules = {
  readonly rating: Pick<AccountPolicy['rating'], 'scope'>;
  readonly meters: Pick<AccountPolicy['meters'], 'video' | 'onNetFactor'>;
};

/**
 * The three kinds of minutes (SCS-08 to SCS-12). Whole minutes, brought up for each call or once on the sum as POL-07
 * says (SCS-10: 100 calls of 61 s are 200 or 102). Video has its own meter, and counts as voice too where POL-21 says so;
 * how often video between two people of the account counts is POL-21's as well. Only calls over a trunk are transcoded.
 */
export function countMinutes(calls: readonly CallSeconds[], rules: Rules): Minutes {
  const perCall = rules.rating.scope === 'per_call';
  const sum = (counted: readonly CallSeconds[], factorOf: (each: CallSeconds) => number): number => {
    const total = counted.reduce((so, each) => so + factorOf(each) * (perCall ? each.minutesPerCall : each.seconds), 0);
    return perCall ? total : Math.ceil(total / 60);
  };
  const { video, onNetFactor } = rules.meters;
  return {
    voip: sum(
      calls.filter((each) => !each.video || video === 'also_voip'),
      (each) => (each.onNet ? VOICE_ON_NET_FACTOR : 1),
    ),
    video: sum(
      calls.filter((each) => each.video),
      (each) => (each.onNet ? onNetFactor : 1),
    ),
    transcoding: sum(
      calls.filter((each) => each.transcoded && !each.onNet),
      () => 1,
    ),
  };
}

interface Row {
  readonly on_net: 0 | 1;
  readonly video: 0 | 1;
  readonly transcoded: 0 | 1;
  readonly calls: number;
  readonly seconds: number;
  readonly minutes: number;
}

/** Reads the calls of a period from the usage rows, by the moment they ended. */
export function createCallSeconds(ledger: Ledger): (period: MeterPeriod) => readonly CallSeconds[] {
  const read = ledger.db.prepare<[number, number], Row>(`
    SELECT coalesce(on_net, 0) AS on_net, media IS 'video' AS video, coalesce(transcoded, 0) AS transcoded,
      count(*) AS calls, sum(duration_sec) AS seconds, sum((duration_sec + 59) / 60) AS minutes
    FROM usage
    WHERE time >= ? AND time < ? AND kind = 'call' AND duration_sec > 0
      AND NOT (coalesce(on_net, 0) = 1 AND direction = 'inbound')
    GROUP BY 1, 2, 3`);
  return ({ from, to }) =>
    read.all(from, to).map((row) => ({
      onNet: row.on_net === 1,
      video: row.video === 1,
      transcoded: row.transcoded === 1,
      calls: row.calls,
      seconds: row.seconds,
      minutesPerCall: row.minutes,
    }));
}
