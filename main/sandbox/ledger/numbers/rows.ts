import type Database from 'better-sqlite3';
import type { Micros } from '../../../../preload/contract/money.ts';
import type { NumberCapability, NumberType } from '../../policies/number-market.ts';
import type { OwnState, ReleaseReason } from './states.ts';
import { isInService, requireMove } from './states.ts';

/** requirements.md 3.10. */
export type EmergencyState =
  'none' | 'entered' | 'validating' | 'suggestion' | 'valid' | 'registering' | 'registered' | 'failed' | 'removing';

export type ForwardWhen = 'always' | 'busy' | 'no_answer';

/** What was asked of support about a number (VTC-26). */
export type RequestState = 'open' | 'withdrawn' | 'declined' | 'done';

/** EXT-26: papers asked for, looked at, refused. */
export type RequirementState = 'missing' | 'in_review' | 'rejected' | 'approved';

/** A number of the account as the books keep it. Times are UTC ms of the ledger's clock. */
export interface OwnedRow {
  readonly number: string;
  readonly label: string;
  readonly country: string;
  readonly type: NumberType;
  readonly areaCode: string | null;
  readonly region: string | null;
  readonly city: string | null;
  /** JSON list of NumberCapability. */
  readonly capabilities: string;
  readonly state: OwnState;
  readonly inService: 0 | 1;
  readonly emergency: EmergencyState;
  readonly isDefault: 0 | 1;
  readonly userId: string;
  readonly monthly: Micros;
  readonly chargeId: string | null;
  readonly purchasedAt: number;
  readonly anchorDay: number;
  readonly renewsAt: number | null;
  readonly renewalsPaid: number;
  readonly renewalTries: number;
  readonly extendedUntil: number | null;
  readonly graceUntil: number | null;
  readonly suspendedUntil: number | null;
  readonly reclaimUntil: number | null;
  readonly agingUntil: number | null;
  readonly releasedReason: ReleaseReason | null;
  readonly lastUsedAt: number | null;
  readonly forwardTo: string | null;
  readonly forwardWhen: ForwardWhen | null;
  readonly cnam: string | null;
  readonly cnamState: 'pending' | 'listed' | null;
  /** JSON of what was handed in. */
  readonly requirement: string | null;
  readonly requirementState: RequirementState | null;
  readonly requirementReason: string | null;
  readonly requirementDueAt: number | null;
  readonly requestState: RequestState | null;
  readonly requestedAt: number | null;
  readonly requestDetail: string | null;
}

const COLUMN_OF = {
  number: 'number',
  label: 'label',
  country: 'country',
  type: 'type',
  areaCode: 'area_code',
  region: 'region',
  city: 'city',
  capabilities: 'capabilities',
  state: 'state',
  inService: 'in_service',
  emergency: 'emergency',
  isDefault: 'is_default',
  userId: 'user_id',
  monthly: 'monthly',
  chargeId: 'charge_id',
  purchasedAt: 'purchased_at',
  anchorDay: 'anchor_day',
  renewsAt: 'renews_at',
  renewalsPaid: 'renewals_paid',
  renewalTries: 'renewal_tries',
  extendedUntil: 'extended_until',
  graceUntil: 'grace_until',
  suspendedUntil: 'suspended_until',
  reclaimUntil: 'reclaim_until',
  agingUntil: 'aging_until',
  releasedReason: 'released_reason',
  lastUsedAt: 'last_used_at',
  forwardTo: 'forward_to',
  forwardWhen: 'forward_when',
  cnam: 'cnam',
  cnamState: 'cnam_state',
  requirement: 'requirement',
  requirementState: 'requirement_state',
  requirementReason: 'requirement_reason',
  requirementDueAt: 'requirement_due_at',
  requestState: 'request_state',
  requestedAt: 'requested_at',
  requestDetail: 'request_detail',
} as const satisfies Readonly<Record<keyof OwnedRow, string>>;

type Field = keyof OwnedRow;
const FIELDS = Object.keys(COLUMN_OF) as Field[];
const SELECTED = FIELDS.map((field) => `${COLUMN_OF[field]} AS ${field}`).join(', ');

/** What can be changed without a move; `state` has its own way. */
export type RowChanges = Partial<Omit<OwnedRow, 'number' | 'state' | 'inService'>>;

/** What a new row must say; the rest begins empty. */
export type NewRow = Omit<
  Pick<
    OwnedRow,
    | 'number'
    | 'label'
    | 'country'
    | 'type'
    | 'areaCode'
    | 'region'
    | 'city'
    | 'state'
    | 'userId'
    | 'monthly'
    | 'purchasedAt'
    | 'anchorDay'
    | 'renewsAt'
  >,
  'capabilities'
> & { readonly capabilities: readonly NumberCapability[] } & Partial<
    Pick<
      OwnedRow,
      'emergency' | 'isDefault' | 'chargeId' | 'lastUsedAt' | 'requirementState' | 'requirementDueAt' | 'renewalsPaid'
    >
  >;

export interface OwnedRows {
  find(number: string): OwnedRow | undefined;
  /** Every number but those that are gone, in order. */
  all(): readonly OwnedRow[];
  /** Numbers after `after` that a person may see: `who` null = everybody's. */
  page(who: string | null, after: string, limit: number): readonly OwnedRow[];
  count(who: string | null): number;
  /** How many count towards what an account may hold. */
  held(): number;
  insert(row: NewRow): void;
  change(number: string, changes: RowChanges): void;
  /** Moves a number to another state, with what changes beside it. Throws for a move the table does not know. */
  move(row: OwnedRow, to: OwnState, changes?: RowChanges): OwnedRow;
  /** Makes one number the account's caller ID; null = none. */
  setDefault(number: string | null): void;
  /**
   * What a person shows at first (EXT-29): a number of their own where they have one that works, else the account's;
   * `who` null = the account's.
   */
  defaultOf(who: string | null): string | undefined;
  /** Numbers whose calls go to this one. */
  forwardingTo(number: string): readonly string[];
}

const VISIBLE = `state <> 'gone' AND (@who IS NULL OR user_id = @who OR is_default = 1)`;

export function createOwnedRows({ db }: { readonly db: Database.Database }): OwnedRows {
  const one = db.prepare<[string], OwnedRow>(`SELECT ${SELECTED} FROM numbers WHERE number = ?`);
  const every = db.prepare<[], OwnedRow>(`SELECT ${SELECTED} FROM numbers WHERE state <> 'gone' ORDER BY number`);
  const pageOf = db.prepare<{ who: string | null; after: string; limit: number }, OwnedRow>(
    `SELECT ${SELECTED} FROM numbers WHERE number > @after AND ${VISIBLE} ORDER BY number LIMIT @limit`,
  );
  const countOf = db.prepare<{ who: string | null }, number>(`SELECT count(*) FROM numbers WHERE ${VISIBLE}`).pluck();
  const heldCount = db
    .prepare<[], number>(`SELECT count(*) FROM numbers WHERE state NOT IN ('released', 'aging', 'gone')`)
    .pluck();
  const dropGone = db.prepare(`DELETE FROM numbers WHERE number = ? AND state = 'gone'`);
  const forwarders = db
    .prepare<[string], string>(`SELECT number FROM numbers WHERE forward_to = ? AND state <> 'gone' ORDER BY number`)
    .pluck();
  const accountDefault = db.prepare<[], string>('SELECT number FROM numbers WHERE is_default = 1').pluck();
  const ownDefault = db
    .prepare<[string], string>(
      `SELECT number FROM numbers WHERE user_id = ? AND in_service = 1 ORDER BY is_default DESC, number LIMIT 1`,
    )
    .pluck();
  const noDefault = db.prepare('UPDATE numbers SET is_default = 0 WHERE is_default = 1');

  function write(number: string, changes: Partial<OwnedRow>): void {
    const fields = (Object.keys(changes) as Field[]).filter((field) => changes[field] !== undefined);
    if (fields.length === 0) return;
    const settings = fields.map((field) => `${COLUMN_OF[field]} = @${field}`).join(', ');
    db.prepare(`UPDATE numbers SET ${settings} WHERE number = @number`).run({ ...changes, number });
  }

  return {
    find: (number) => one.get(number),
    all: () => every.all(),
    page: (who, after, limit) => pageOf.all({ who, after, limit }),
    count: (who) => countOf.get({ who }) ?? 0,
    held: () => heldCount.get() ?? 0,
    insert(row) {
      dropGone.run(row.number);
      const values = {
        emergency: 'none',
        isDefault: 0,
        ...row,
        capabilities: JSON.stringify(row.capabilities),
        inService: isInService(row.state) ? 1 : 0,
      };
      const fields = (Object.keys(values) as Field[]).filter((field) => field in COLUMN_OF);
      const columns = fields.map((field) => COLUMN_OF[field]).join(', ');
      db.prepare(`INSERT INTO numbers (${columns}) VALUES (${fields.map((field) => `@${field}`).join(', ')})`).run(
        values,
      );
    },
    change: write,
    move(row, to, changes = {}) {
      requireMove(row.state, to);
      const moved = { ...changes, state: to, inService: isInService(to) ? (1 as const) : (0 as const) };
      write(row.number, moved);
      return { ...row, ...moved };
    },
    setDefault(number) {
      noDefault.run();
      if (number !== null) write(number, { isDefault: 1 });
    },
    defaultOf: (who) => (who === null ? undefined : ownDefault.get(who)) ?? accountDefault.get(),
    forwardingTo: (number) => forwarders.all(number),
  };
}
