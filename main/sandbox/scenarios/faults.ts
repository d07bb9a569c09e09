import * as z from 'zod';
import { BEHAVIOURS } from '../ledger/commerce/instruments.ts';

/** How often a fault comes; null = until cleared. */
const times = z.int().min(1).nullable().default(null);
/** Request paths it is limited to: those that begin with it. */
const path = z.string().default('/');
const delayMs = z.int().min(0).max(600_000).default(0);

/**
 * Bad days on request: what a test may ask of `PUT /sandbox/faults` with `Authorization: Bearer <admin key>`. The key
 * is in the `ready` message of the process (IPC, or the JSON line on stdout). A document replaces the one before;
 * `DELETE` clears it. `times` counts down with each request served so; null = until cleared. `path` limits a fault to
 * request paths that begin with it.
 */
export const faultsSchema = z.strictObject({
  /** Every API answer below `latencyPath` waits so long first. */
  latencyMs: delayMs,
  latencyPath: path,
  /** Answers with this status instead of serving; 429 and 503 carry Retry-After. */
  status: z
    .strictObject({
      code: z.union([z.literal(401), z.literal(429), z.literal(500), z.literal(503)]),
      times,
      path,
      retryAfterSec: z.int().min(0).max(3600).default(1),
    })
    .nullable()
    .default(null),
  /** Answers 200 with half a JSON document. */
  malformed: z.strictObject({ times, path }).nullable().default(null),
  /** Does the work, then cuts the connection instead of answering. Refusals are answered: nothing was done. */
  dropReply: z
    .strictObject({ times, path, method: z.enum(['GET', 'PUT', 'POST', 'PATCH', 'DELETE']).nullable().default(null) })
    .nullable()
    .default(null),
  /** Lists answer the cursor they were asked with: a page that repeats. */
  repeatCursor: z.boolean().default(false),
  /** Event streams are ended at once, while this holds. */
  refuseEvents: z.boolean().default(false),
  /** Every event is sent twice, with the same id. */
  duplicateEvents: z.boolean().default(false),
  /** A stream is cut off after so many events; resuming works. */
  cutEventsAfter: z
    .strictObject({ events: z.int().min(1).max(10_000), times })
    .nullable()
    .default(null),
  /** The Date header is off by so much: a provider whose clock differs from this machine's. */
  dateOffsetSec: z.int().min(-1_000_000).max(1_000_000).default(0),
  /**
   * How the card network meets the next payments, whatever the card: a soft decline (insufficient_funds), a hard one
   * (stolen_card), 3-D Secure (authenticate), an answer that comes late (slow) or never (lost_answer).
   */
  card: z
    .strictObject({ behaviour: z.enum(BEHAVIOURS), times })
    .nullable()
    .default(null),
  /** Somebody else takes the number between finding it and holding, quoting or buying it. */
  numberTaken: z.strictObject({ times }).nullable().default(null),
  /** A levy of so many hundredths of a per cent is added to every price: what was quoted before it no longer holds. */
  levyBasisPoints: z.int().min(0).max(5000).default(0),
  /** Statements come so much later than the month they are of ends, in the ledger's time. */
  statementDelayMs: z
    .int()
    .min(0)
    .max(40 * 86_400_000)
    .default(0),
  sip: z
    .strictObject({
      /** No password is right any more: every REGISTER and INVITE is challenged again. */
      rejectPasswords: z.boolean().default(false),
      /** New WebSocket connections are cut before they open; what is open stays (DELETE /sandbox/sip/connections). */
      refuseConnections: z.boolean().default(false),
      /** A REGISTER with the right password is refused with this status. */
      registerStatus: z.int().min(300).max(699).nullable().default(null),
      /** Challenges name another realm than the account's. */
      wrongRealm: z.boolean().default(false),
      /** Calls the sandbox places carry no SDP: the called side has to offer. */
      delayedOffer: z.boolean().default(false),
      /** Special numbers and announcements answer so much later. */
      answerDelayMs: delayMs,
    })
    .prefault({}),
});
export type Faults = z.output<typeof faultsSchema>;

/** Faults that count down. */
type Counted = 'status' | 'malformed' | 'dropReply' | 'cutEventsAfter' | 'card' | 'numberTaken';
type FaultOf<K extends Counted> = NonNullable<Faults[K]>;

/** The faults in force. One object a process. */
export interface FaultSwitch {
  current(): Faults;
  set(faults: Faults): void;
  clear(): void;
  /** The fault of that name, counting it down; undefined = none, or `applies` says that it is not for this. */
  take<K extends Counted>(name: K, applies?: (fault: FaultOf<K>) => boolean): FaultOf<K> | undefined;
}

const NONE: Faults = faultsSchema.parse({});

export function createFaultSwitch(): FaultSwitch {
  let faults = NONE;
  return {
    current: () => faults,
    set(next) {
      faults = next;
    },
    clear() {
      faults = NONE;
    },
    take<K extends Counted>(name: K, applies: (fault: FaultOf<K>) => boolean = () => true) {
      const fault = faults[name] as FaultOf<K> | null;
      if (!fault || !applies(fault)) return undefined;
      const left = fault.times === null ? null : fault.times - 1;
      faults = { ...faults, [name]: left === 0 ? null : { ...fault, times: left } };
      return fault;
    },
  };
}
