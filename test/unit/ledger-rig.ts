import { openLedger } from '../../main/sandbox/ledger/ledger.ts';
import { createServices } from '../../main/sandbox/ledger/services.ts';
import type { ProfileId } from '../../main/sandbox/policies/profile.ts';
import { findProfile } from '../../main/sandbox/policies/profiles.ts';
import type { LegRequest } from '../../main/sandbox/ports.ts';
import { toMicros } from '../../preload/contract/money.ts';
import type { Micros } from '../../preload/contract/money.ts';

export const MAIN_NUMBER = '+14155550100';
export const ECHO = '+15005550001';
const START = Date.UTC(2026, 10, 22, 9, 0, 0);

/** The real ledger of a profile in memory (or in `file`), with a clock the test moves. */
export function openBooks(profileId: ProfileId = 'voiptime', file = ':memory:', startAt = START) {
  const profile = findProfile(profileId);
  if (!profile) throw new Error('No such profile');
  let now = startAt;
  const clock = { now: () => now, after: () => () => undefined };
  const ledger = openLedger({ file, profile, clock });
  const services = createServices(ledger);
  const { people, books } = services;
  const device = people.provision('usr_dana', '3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'Test phone');
  let calls = 0;

  const request = (to: string, changes: Partial<LegRequest> = {}): LegRequest => {
    calls += 1;
    return {
      sipCallId: `call-${calls}@test`,
      leg: 'a',
      direction: 'outbound',
      deviceId: device.id,
      from: MAIN_NUMBER,
      to,
      emergency: false,
      ...changes,
    };
  };

  return {
    ledger,
    people,
    books,
    services,
    device,
    request,
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
    /** Admits a leg that has to be admitted; answers its id. */
    start(to: string, changes: Partial<LegRequest> = {}): string {
      const admission = books.admit(request(to, changes));
      if (admission.kind !== 'admitted') throw new Error(`Refused: ${admission.reason}`);
      return admission.legId;
    },
    /** A whole call of so many seconds; answers what it cost. 0 = never answered. */
    call(to: string, seconds: number, changes: Partial<LegRequest> = {}): Micros {
      const legId = this.start(to, changes);
      if (seconds > 0) {
        books.answered(legId);
        now += seconds * 1000;
      }
      return books.ended(legId, { sipCode: seconds > 0 ? 200 : 487, cause: 'test' }).charged;
    },
    setBalance(amount: number) {
      const difference = toMicros(amount - ledger.journal.balance());
      const usage = { kind: 'adjustment', priceState: 'priced', amount: difference, description: 'Test' } as const;
      ledger.write(() => ledger.journal.post(usage, now));
    },
    newestUsage: () => ledger.db.prepare('SELECT * FROM usage ORDER BY seq DESC LIMIT 1').get() as UsageRecord,
  };
}

export interface UsageRecord {
  readonly id: string;
  readonly amount: number;
  readonly version: number;
  readonly price_state: string;
  readonly description: string;
  readonly duration_sec: number | null;
  readonly billed_sec: number | null;
  readonly rate_per_minute: number | null;
  readonly sip_call_id: string | null;
  readonly leg: string | null;
  readonly user_id: string | null;
  readonly device_id: string | null;
  readonly on_net: number | null;
  readonly media: string | null;
  readonly transcoded: number | null;
  readonly codec: string | null;
}
