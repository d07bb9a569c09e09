import type { Books } from '../../ports.ts';
import type { Audit } from '../audit/audit.ts';
import { createBooks } from '../books.ts';
import type { Ledger } from '../ledger.ts';
import type { People } from '../people.ts';
import { createCallDays } from './call-days.ts';
import type { CallingState } from './calling-state.ts';
import { createCallingState } from './calling-state.ts';
import { createDialling } from './dialling.ts';
import type { Freeze } from './freeze.ts';
import { createFreeze } from './freeze.ts';
import { createJudge } from './judge.ts';
import { createLegs } from './legs.ts';
import type { LiveCalls } from './live-calls.ts';
import { createLiveCalls } from './live-calls.ts';
import { addPeriodJob } from './period.ts';
import type { CallPorts } from './ports.ts';
import type { RateLookup } from './rate-lookup.ts';
import { createRateLookup } from './rate-lookup.ts';
import type { SpendControls } from './spend-controls.ts';
import { createSpendControls } from './spend-controls.ts';

/** Everything about calling that is not the telephone itself. */
export interface Calls {
  readonly books: Books;
  readonly freeze: Freeze;
  readonly callingState: () => CallingState;
  readonly spendControls: SpendControls;
  readonly liveCalls: LiveCalls;
  readonly lookup: RateLookup;
}

/** Builds calling on an open ledger. The ports may be closures over features that are made later. */
export function createCalls(ledger: Ledger, people: People, audit: Audit, ports: CallPorts): Calls {
  const legs = createLegs(ledger.db);
  const days = createCallDays(ledger);
  const dialling = createDialling(ledger.profile, (number) => people.holderOf(number));
  const spendControls = createSpendControls(ledger, legs, days, audit, (now) => judge.runningCost(now, 'outbound'));
  const judge = createJudge(ledger, legs, ports, spendControls);
  const freeze = createFreeze(ledger);
  addPeriodJob(ledger);
  return {
    books: createBooks(ledger, { people, legs, days, dialling, judge, ports }),
    freeze,
    callingState: createCallingState(ledger, freeze),
    spendControls,
    liveCalls: createLiveCalls(ledger, people, { legs, days, judge, ports }),
    lookup: createRateLookup(ledger, { dialling, judge }),
  };
}
