import { createAudit } from '../../main/sandbox/ledger/audit/audit.ts';
import { createCalls } from '../../main/sandbox/ledger/calls/calls.ts';
import type { CallPorts } from '../../main/sandbox/ledger/calls/ports.ts';
import { plainPorts } from '../../main/sandbox/ledger/calls/ports.ts';
import { createCutOff } from '../../main/sandbox/ledger/cut-off.ts';
import { openLedger } from '../../main/sandbox/ledger/ledger.ts';
import { createSpans } from '../../main/sandbox/ledger/meters/spans.ts';
import { createPeople } from '../../main/sandbox/ledger/people.ts';
import type { AccountPolicy, Profile, ProfileId } from '../../main/sandbox/policies/profile.ts';
import { findProfile } from '../../main/sandbox/policies/profiles.ts';
import type { LegRequest } from '../../main/sandbox/ports.ts';
import { toMicros } from '../../preload/contract/money.ts';
import type { Micros } from '../../preload/contract/money.ts';
import type { UsageRecord } from './ledger-rig.ts';
import { MAIN_NUMBER } from './ledger-rig.ts';

export const US = '+12125550123';
export const UK = '+442079460018';
export const ALASKA = '+19075550121';
export const OWN = '+14155550100';
export const TOLL_FREE_OWN = '+18005550199';

export interface CallsOptions {
  readonly profile?: ProfileId;
  /** Rules another provider could have. */
  readonly policy?: Partial<AccountPolicy>;
  /** Facts of the profile that are no policy. */
  readonly facts?: Partial<Pick<Profile, 'plan' | 'burst' | 'account'>>;
  readonly ports?: Partial<CallPorts>;
  readonly file?: string;
  readonly startAt?: number;
}

/** Calling on a real ledger, with any rules and a clock the test moves. */
export function openCalls(options: CallsOptions = {}) {
  const found = findProfile(options.profile ?? 'voiptime');
  if (!found) throw new Error('No such profile');
  const profile: Profile = { ...found, ...options.facts, policy: { ...found.policy, ...options.policy } };
  let now = options.startAt ?? Date.UTC(2026, 10, 22, 20, 0, 0);
  const clock = { now: () => now, after: () => () => undefined };
  const ledger = openLedger({ file: options.file ?? ':memory:', profile, clock });
  const audit = createAudit(ledger);
  const people = createPeople(ledger, createSpans(ledger));
  const calls = createCalls(ledger, people, audit, { ...plainPorts(profile.policy.channels), ...options.ports });
  const { books } = calls;
  const device = people.provision('usr_dana', '3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'Test phone');
  let count = 0;

  const request = (to: string, changes: Partial<LegRequest> = {}): LegRequest => {
    count += 1;
    const from = changes.direction === 'inbound' ? US : MAIN_NUMBER;
    const base = { leg: 'a', direction: 'outbound', deviceId: device.id, emergency: false } as const;
    return { sipCallId: `call-${count}@test`, from, to, ...base, ...changes };
  };

  return {
    ledger,
    audit,
    people,
    calls,
    books,
    device,
    legsToCut: createCutOff(ledger),
    request,
    admit: (to: string, changes: Partial<LegRequest> = {}) => books.admit(request(to, changes)),
    pass(seconds: number) {
      now += seconds * 1000;
      ledger.agenda.runDue();
    },
    now: () => now,
    /** Admits a leg that has to be admitted; answers its id. */
    start(to: string, changes: Partial<LegRequest> = {}): string {
      const admission = books.admit(request(to, changes));
      if (admission.kind !== 'admitted') throw new Error(`Refused: ${admission.reason}`);
      return admission.legId;
    },
    /** A leg that was answered. */
    talk(to: string, changes: Partial<LegRequest> = {}): string {
      const legId = this.start(to, changes);
      books.answered(legId);
      return legId;
    },
    end: (legId: string): Micros => books.ended(legId, { sipCode: 200, cause: 'test' }).charged,
    /** A whole call of so many seconds; answers what it cost. 0 = never answered. */
    call(to: string, seconds: number, changes: Partial<LegRequest> = {}): Micros {
      const legId = seconds > 0 ? this.talk(to, changes) : this.start(to, changes);
      now += seconds * 1000;
      return this.end(legId);
    },
    balance: () => ledger.journal.balance(),
    setBalance(amount: number) {
      const difference = toMicros(amount - ledger.journal.balance());
      const usage = { kind: 'adjustment', priceState: 'priced', amount: difference, description: 'Test' } as const;
      ledger.write(() => ledger.journal.post(usage, ledger.clock.now()));
    },
    rows: () => ledger.db.prepare('SELECT * FROM usage ORDER BY seq').all() as UsageRecord[],
    newestUsage: () => ledger.db.prepare('SELECT * FROM usage ORDER BY seq DESC LIMIT 1').get() as UsageRecord,
    events: (): string[] => ledger.db.prepare<[], string>('SELECT kind FROM events ORDER BY id').pluck().all(),
  };
}
export type CallsRig = ReturnType<typeof openCalls>;

export const INBOUND = { direction: 'inbound', leg: 'b' } as const;
export const FORWARDED = { direction: 'outbound', leg: 'b', deviceId: null, from: OWN, forwarded: true } as const;
