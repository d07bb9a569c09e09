import type { Clock } from '../../platform/clock.ts';
import type { IdempotencyKeys } from '../ledger/idempotency.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Services } from '../ledger/services.ts';
import type { SignIns } from '../ledger/sign-ins.ts';
import type { FaultSwitch } from '../scenarios/faults.ts';
import type { Lists } from './lists.ts';
import type { Tickets } from './tickets.ts';

/** What the routes of the sandbox share. */
export interface ApiContext {
  readonly ledger: Ledger;
  readonly services: Services;
  readonly signIns: SignIns;
  readonly keys: IdempotencyKeys;
  readonly lists: Lists;
  readonly faults: FaultSwitch;
  readonly tickets: Tickets;
  /** Real time and timers: tokens, codes, heartbeats. */
  readonly clock: Clock;
  readonly epoch: string;
  readonly adminKey: string;
  /** Where the server listens, as in `http://127.0.0.1:4567`. */
  origin(): string;
}

/** Every path of the Provider API begins with this. */
export const API_PREFIX = '/api';
