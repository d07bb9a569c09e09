import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../../preload/contract/money.ts';
import type { chargeSchema, chargeStateSchema } from '../../../provider/api/resources/commerce.ts';
import type { Ledger } from '../ledger.ts';
import type { Decline } from './network.ts';
import type { PricedLine } from './pricing.ts';

export type ChargeState = z.output<typeof chargeStateSchema>;
export type ChargeOrigin = z.output<typeof chargeSchema>['origin'];
type LineState = z.output<typeof chargeSchema>['lines'][number]['state'];

/** A line as it was priced, and what became of it. */
export interface ChargedLine extends PricedLine {
  readonly state: LineState;
  readonly detail: string | null;
}

/** What is to be done next with the card network. */
export type ChargeStep = 'authorise' | 'wait' | 'ask' | 'capture' | 'release' | 'none';

/** Keys of charges nobody asked for are under this name. */
export const AUTOMATIC = '@automatic';

/** One attempt to be paid. `card`, `balance` and `statement` are what is asked until it is final, then what was taken. */
export interface Charge {
  readonly id: string;
  /** Whose keys it is under: a user id, or AUTOMATIC. */
  readonly owner: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly kind: string;
  readonly origin: ChargeOrigin;
  readonly state: ChargeState;
  readonly step: ChargeStep;
  readonly quoteId: string | null;
  readonly newQuoteId: string | null;
  readonly methodId: string | null;
  readonly token: string | null;
  readonly backups: readonly string[];
  readonly attempt: number;
  readonly onSession: boolean;
  readonly card: Micros;
  readonly balance: Micros;
  readonly statement: Micros;
  readonly lines: readonly ChargedLine[];
  readonly decline: Decline | null;
  readonly actionToken: string | null;
  readonly nextAskAt: number | null;
  readonly summary: string;
  readonly description: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export type NewCharge = Omit<Charge, 'id' | 'createdAt' | 'updatedAt'>;
export type ChargeChange = Partial<
  Pick<
    Charge,
    | 'state'
    | 'step'
    | 'newQuoteId'
    | 'methodId'
    | 'backups'
    | 'attempt'
    | 'card'
    | 'balance'
    | 'statement'
    | 'lines'
    | 'decline'
    | 'actionToken'
    | 'nextAskAt'
    | 'description'
  >
>;

interface Row {
  readonly lines: string;
  readonly backups: string;
  readonly decline: string | null;
  readonly onSession: 0 | 1;
}

const COLUMNS = `id, owner, key, fingerprint, kind, origin, state, step, quote_id AS quoteId, new_quote_id AS newQuoteId,
  method_id AS methodId, token, backups, attempt, on_session AS onSession, card, balance, statement, lines, decline,
  action_token AS actionToken, next_ask_at AS nextAskAt, summary, description, created_at AS createdAt,
  updated_at AS updatedAt`;

const toCharge = (row: Row): Charge => ({
  ...(row as unknown as Charge),
  lines: JSON.parse(row.lines) as ChargedLine[],
  backups: JSON.parse(row.backups) as string[],
  decline: row.decline === null ? null : (JSON.parse(row.decline) as Decline),
  onSession: row.onSession === 1,
});

const toColumns = (charge: Charge) => ({
  ...charge,
  lines: JSON.stringify(charge.lines),
  backups: JSON.stringify(charge.backups),
  decline: charge.decline === null ? null : JSON.stringify(charge.decline),
  onSession: charge.onSession ? 1 : 0,
});

/** A line of a charge that is not settled yet. */
export const openLine = (line: PricedLine): ChargedLine => ({ ...line, state: 'open', detail: null });

/** Lines of a charge that took nothing. */
export function failLines(lines: readonly ChargedLine[], detail: string): readonly ChargedLine[] {
  return lines.map((line) => ({ ...line, state: 'failed', detail }));
}

export const NOTHING_TAKEN = { card: toMicros(0), balance: toMicros(0), statement: toMicros(0) } as const;

/** It is not known yet what becomes of it. */
export const isOpen = (charge: Pick<Charge, 'state'>): boolean =>
  charge.state === 'pending' || charge.state === 'action_required';

/** What the charge adds to the balance; of an open one, what it is going to add. */
export function creditOf(charge: Pick<Charge, 'lines'>): Micros {
  const credit = charge.lines.filter((line) => line.item === 'credit' && line.kind === 'item');
  return addMicros(toMicros(0), ...credit.filter((line) => line.state !== 'failed').map((line) => line.amount));
}

/** A place in the list of charges, newest first. */
export interface ChargePage {
  /** null = everybody's. */
  readonly owner: string | null;
  readonly key: string | null;
  readonly before: number;
  readonly limit: number;
}

/** The rows of charges. Every change is an event, and listeners hear of it in the transaction it is made in. */
export interface ChargeStore {
  byId(id: string): Charge | undefined;
  byKey(owner: string, key: string): Charge | undefined;
  /** The one charge that executed the quote, or is about to. */
  byQuote(quoteId: string): Charge | undefined;
  insert(charge: NewCharge): Charge;
  update(id: string, change: ChargeChange): Charge;
  /** Oldest charge with something to do at the card network now. */
  nextToDo(): Charge | undefined;
  nextAskAt(): number | undefined;
  /** Everything whose time to ask has come is to be asked. */
  markDue(at: number): void;
  open(): readonly Charge[];
  page(page: ChargePage): readonly (Charge & { readonly seq: number })[];
  usageIds(id: string): readonly string[];
  /** As printed on its receipt: in the order of the charges of this account. */
  receiptNumber(id: string): string;
  /** Whether a person added exactly so much since then. */
  hasRecentCredit(amount: Micros, since: number): boolean;
  onChange(listener: (charge: Charge) => void): void;
}

export function createChargeStore(ledger: Ledger): ChargeStore {
  const { db, clock, outbox } = ledger;
  const byId = db.prepare<[string], Row>(`SELECT ${COLUMNS} FROM charges WHERE id = ?`);
  const byKey = db.prepare<[string, string], Row>(`SELECT ${COLUMNS} FROM charges WHERE owner = ? AND key = ?`);
  const byQuote = db.prepare<[string], Row>(
    `SELECT ${COLUMNS} FROM charges WHERE quote_id = ?
     AND state IN ('pending', 'action_required', 'done', 'partial')`,
  );
  const insert = db.prepare(`
    INSERT INTO charges (id, owner, key, fingerprint, kind, origin, state, step, quote_id, new_quote_id, method_id, token,
      backups, attempt, on_session, card, balance, statement, lines, decline, action_token, next_ask_at, summary,
      description, created_at, updated_at)
    VALUES (@id, @owner, @key, @fingerprint, @kind, @origin, @state, @step, @quoteId, @newQuoteId, @methodId, @token,
      @backups, @attempt, @onSession, @card, @balance, @statement, @lines, @decline, @actionToken, @nextAskAt, @summary,
      @description, @createdAt, @updatedAt)`);
  const update = db.prepare(`
    UPDATE charges SET state = @state, step = @step, new_quote_id = @newQuoteId, method_id = @methodId,
      backups = @backups, attempt = @attempt, card = @card, balance = @balance, statement = @statement, lines = @lines,
      decline = @decline, action_token = @actionToken, next_ask_at = @nextAskAt, description = @description,
      updated_at = @updatedAt
    WHERE id = @id`);
  const toDo = db.prepare<[], Row>(
    `SELECT ${COLUMNS} FROM charges WHERE step <> 'none' AND step <> 'wait' ORDER BY seq LIMIT 1`,
  );
  const askAt = db
    .prepare<[], number | null>(`SELECT min(next_ask_at) FROM charges WHERE step <> 'none' AND step = 'wait'`)
    .pluck();
  const due = db.prepare(`UPDATE charges SET step = 'ask' WHERE step <> 'none' AND step = 'wait' AND next_ask_at <= ?`);
  const open = db.prepare<[], Row>(`SELECT ${COLUMNS} FROM charges WHERE step <> 'none' ORDER BY seq`);
  const page = db.prepare<ChargePage, Row & { readonly seq: number }>(`
    SELECT seq, ${COLUMNS} FROM charges
    WHERE seq < @before AND (@owner IS NULL OR owner = @owner) AND (@key IS NULL OR key = @key)
    ORDER BY seq DESC LIMIT @limit`);
  const recent = db.prepare<[number], Row>(
    `SELECT ${COLUMNS} FROM charges WHERE kind = 'add_credit' AND state = 'done' AND created_at >= ? ORDER BY seq DESC LIMIT 20`,
  );
  const place = db.prepare<[string], number>('SELECT seq FROM charges WHERE id = ?').pluck();
  const usage = db.prepare<[string], string>('SELECT id FROM usage WHERE charge_id = ? ORDER BY seq').pluck();
  const listeners: ((charge: Charge) => void)[] = [];

  function changed(charge: Charge): Charge {
    outbox.append('charge.updated', charge.updatedAt, { subject: charge.id });
    // What is on its way is told with the balance; what arrived is told by whoever posts it.
    const isCredit = charge.lines.some((line) => line.item === 'credit');
    if (isCredit && (charge.step === 'wait' || charge.state === 'declined')) {
      outbox.append('balance.updated', charge.updatedAt);
    }
    for (const listener of listeners) listener(charge);
    return charge;
  }

  const found = (row: Row | undefined): Charge | undefined => row && toCharge(row);
  return {
    byId: (id) => found(byId.get(id)),
    byKey: (owner, key) => found(byKey.get(owner, key)),
    byQuote: (quoteId) => found(byQuote.get(quoteId)),
    insert(made) {
      const now = clock.now();
      const id = `chg_${randomUUID().replaceAll('-', '')}`;
      const charge: Charge = { ...made, id, createdAt: now, updatedAt: now };
      insert.run(toColumns(charge));
      return changed(charge);
    },
    update(id, change) {
      const before = found(byId.get(id));
      if (!before) throw new RangeError(`No charge ${id}`);
      const charge: Charge = { ...before, ...change, updatedAt: clock.now() };
      update.run(toColumns(charge));
      return changed(charge);
    },
    nextToDo: () => found(toDo.get()),
    nextAskAt: () => askAt.get() ?? undefined,
    markDue: (at) => void due.run(at),
    open: () => open.all().map(toCharge).filter(isOpen),
    page: (asked) => page.all(asked).map((row) => ({ ...toCharge(row), seq: row.seq })),
    usageIds: (id) => usage.all(id),
    receiptNumber: (id) => `R-${String(place.get(id) ?? 0).padStart(6, '0')}`,
    hasRecentCredit: (amount, since) => recent.all(since).some((row) => creditOf(toCharge(row)) === amount),
    onChange: (listener) => void listeners.push(listener),
  };
}
