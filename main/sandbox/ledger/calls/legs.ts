import type Database from 'better-sqlite3';
import type { Micros } from '../../../../preload/contract/money.ts';
import type { ChannelsInUse } from '../admission.ts';

/** One leg as the books keep it. Times are UTC ms of the ledger's clock. */
export interface LegRow {
  readonly id: string;
  readonly sip_call_id: string;
  readonly leg: 'a' | 'b';
  readonly direction: 'outbound' | 'inbound';
  readonly user_id: string | null;
  readonly device_id: string | null;
  readonly from_party: string;
  readonly to_party: string;
  readonly emergency: 0 | 1;
  readonly on_net: 0 | 1;
  readonly forwarded: 0 | 1;
  readonly rate_id: number | null;
  readonly per_minute: Micros;
  readonly metered: 0 | 1;
  readonly holds_channel: 0 | 1;
  readonly beyond_channels: 'per_minute' | 'burst' | null;
  readonly media: 'audio' | 'video';
  readonly codec: string | null;
  readonly started_at: number;
  readonly answered_at: number | null;
  readonly ended_at: number | null;
  readonly usage_id: string | null;
}

/** A leg that was admitted. */
export interface NewLeg {
  readonly id: string;
  readonly sipCallId: string;
  readonly leg: 'a' | 'b';
  readonly direction: 'outbound' | 'inbound';
  readonly userId: string | null;
  readonly deviceId: string | null;
  readonly from: string;
  readonly to: string;
  readonly emergency: boolean;
  readonly onNet: boolean;
  readonly forwarded: boolean;
  readonly rateId: number | null;
  readonly perMinute: Micros;
  readonly metered: boolean;
  readonly holdsChannel: boolean;
  readonly beyondChannels: 'per_minute' | 'burst' | null;
  readonly startedAt: number;
}

/** What a leg came to: its final response, why, and the row that tells of it. */
export interface LegEnd {
  readonly at: number;
  readonly sipCode: number | null;
  readonly cause: string;
  readonly usageId: string;
}

/** The legs of the account's calls. Writes run in the caller's transaction. */
export interface Legs {
  add(leg: NewLeg): void;
  byId(id: string): LegRow | undefined;
  /** Every leg that has not ended, oldest first. */
  live(): readonly LegRow[];
  /** Metered legs that were answered: what runs up a bill now. */
  running(): readonly LegRow[];
  channelsInUse(): ChannelsInUse;
  /** Outgoing legs that are no emergency call. */
  outgoing(): number;
  answered(id: string, at: number): void;
  describe(id: string, media: LegRow['media'], codec: string | null): void;
  ended(id: string, end: LegEnd): void;
}

const flag = (value: boolean): 0 | 1 => (value ? 1 : 0);

export function createLegs(db: Database.Database): Legs {
  const insert = db.prepare(`
    INSERT INTO legs (id, sip_call_id, leg, direction, user_id, device_id, from_party, to_party, emergency, on_net,
      forwarded, rate_id, per_minute, metered, holds_channel, beyond_channels, media, started_at)
    VALUES (@id, @sipCallId, @leg, @direction, @userId, @deviceId, @from, @to, @emergency, @onNet,
      @forwarded, @rateId, @perMinute, @metered, @holdsChannel, @beyondChannels, 'audio', @startedAt)`);
  const byId = db.prepare<[string], LegRow>('SELECT * FROM legs WHERE id = ?');
  const live = db.prepare<[], LegRow>('SELECT * FROM legs WHERE ended_at IS NULL ORDER BY started_at, rowid');
  const running = db.prepare<[], LegRow>(
    'SELECT * FROM legs WHERE ended_at IS NULL AND metered = 1 AND answered_at IS NOT NULL',
  );
  const inUse = db.prepare<[], ChannelsInUse>(`
    SELECT count(*) FILTER (WHERE direction = 'inbound') AS inbound,
      count(*) FILTER (WHERE direction = 'outbound') AS outbound
    FROM legs WHERE ended_at IS NULL AND holds_channel = 1`);
  const outgoing = db
    .prepare<[], number>(
      `SELECT count(*) FROM legs WHERE ended_at IS NULL AND emergency = 0 AND direction = 'outbound'`,
    )
    .pluck();
  const answered = db.prepare('UPDATE legs SET answered_at = ? WHERE id = ? AND answered_at IS NULL');
  // A call that was a video call for a while is one (SCS-11).
  const describe = db.prepare(`
    UPDATE legs SET media = CASE WHEN media = 'video' THEN media ELSE @media END, codec = coalesce(@codec, codec)
    WHERE id = @id AND ended_at IS NULL`);
  const ended = db.prepare('UPDATE legs SET ended_at = ?, sip_code = ?, cause = ?, usage_id = ? WHERE id = ?');
  return {
    add: (leg) =>
      void insert.run({
        ...leg,
        emergency: flag(leg.emergency),
        onNet: flag(leg.onNet),
        forwarded: flag(leg.forwarded),
        metered: flag(leg.metered),
        holdsChannel: flag(leg.holdsChannel),
      }),
    byId: (id) => byId.get(id),
    live: () => live.all(),
    running: () => running.all(),
    channelsInUse: () => inUse.get() ?? { inbound: 0, outbound: 0 },
    outgoing: () => outgoing.get() ?? 0,
    answered: (id, at) => void answered.run(at, id),
    describe: (id, media, codec) => void describe.run({ id, media, codec }),
    ended: (id, { at, sipCode, cause, usageId }) => void ended.run(at, sipCode, cause, usageId, id),
  };
}
