import * as z from 'zod';

/**
 * Bad days on request: what a test may ask of `PUT /sandbox/faults` with `Authorization: Bearer <admin key>`. The key
 * is in the `ready` message of the process (IPC, or the JSON line on stdout). A document replaces the one before;
 * `DELETE` clears it. `times` counts down with each request served so; null = until cleared. `path` limits a fault to
 * request paths that begin with it.
 */
export const faultsSchema = z.strictObject({
  /** Every API answer waits so long first. */
  latencyMs: z.int().min(0).max(600_000).default(0),
  /** Answers with this status instead of serving; 429 and 503 carry Retry-After. */
  status: z
    .strictObject({
      code: z.union([z.literal(401), z.literal(429), z.literal(500), z.literal(503)]),
      times: z.int().min(1).nullable().default(null),
      path: z.string().default('/'),
      retryAfterSec: z.int().min(0).max(3600).default(1),
    })
    .nullable()
    .default(null),
  /** Answers 200 with half a JSON document. */
  malformed: z
    .strictObject({ times: z.int().min(1).nullable().default(null), path: z.string().default('/') })
    .nullable()
    .default(null),
  /** Lists answer the cursor they were asked with: a page that repeats. */
  repeatCursor: z.boolean().default(false),
  /** Event streams are ended at once, while this holds. */
  refuseEvents: z.boolean().default(false),
  /** The Date header is off by so much: a provider whose clock differs from this machine's. */
  dateOffsetSec: z.int().min(-1_000_000).max(1_000_000).default(0),
  sip: z
    .strictObject({
      /** No password is right any more: every REGISTER and INVITE is challenged again. */
      rejectPasswords: z.boolean().default(false),
      /** New WebSocket connections are cut before they open; what is open stays (DELETE /sandbox/sip/connections). */
      refuseConnections: z.boolean().default(false),
    })
    .default({ rejectPasswords: false, refuseConnections: false }),
});
export type Faults = z.output<typeof faultsSchema>;

/** The faults in force. One object a process. */
export interface FaultSwitch {
  current(): Faults;
  set(faults: Faults): void;
  clear(): void;
  /** The status to answer `path` with, counting it down; undefined = serve. */
  takeStatus(path: string): NonNullable<Faults['status']> | undefined;
  /** True when the answer to `path` must be broken, counting it down. */
  takeMalformed(path: string): boolean;
}

const NONE: Faults = faultsSchema.parse({});

function countDown<F extends { readonly times: number | null }>(fault: F): F | null {
  if (fault.times === null) return fault;
  return fault.times > 1 ? { ...fault, times: fault.times - 1 } : null;
}

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
    takeStatus(path) {
      const { status } = faults;
      if (!status || !path.startsWith(status.path)) return undefined;
      faults = { ...faults, status: countDown(status) };
      return status;
    },
    takeMalformed(path) {
      const { malformed } = faults;
      if (!malformed || !path.startsWith(malformed.path)) return false;
      faults = { ...faults, malformed: countDown(malformed) };
      return true;
    },
  };
}
