import { randomBytes, randomUUID } from 'node:crypto';
import type { Micros } from '../../../../preload/contract/money.ts';
import { assertNever } from '../../../../preload/contract/result.ts';
import type { Ledger } from '../ledger.ts';
import type { Behaviour } from './instruments.ts';

/** Bad days of the card network on request (scenarios/faults.ts): what the next authorisation is to meet, counted down. */
export interface CardFaults {
  take(): Behaviour | undefined;
}

/** Why a payment was refused. Soft: later, or another method, may help. Hard: this method will not be tried again. */
export interface Decline {
  readonly code: string;
  readonly kind: 'soft' | 'hard';
  readonly text: string;
}

export type NetworkAnswer =
  | { readonly kind: 'approved' }
  | { readonly kind: 'declined'; readonly decline: Decline }
  /** The person has to confirm on a page; ask again at `askAt` at the latest. */
  | { readonly kind: 'action_required'; readonly actionToken: string; readonly askAt: number }
  /** Not known before `askAt`, on the ledger's clock. */
  | { readonly kind: 'waiting'; readonly askAt: number }
  /** The line went dead: what happened is learnt by asking. */
  | { readonly kind: 'no_answer' };

/** What the network keeps of a card or bank account: never its number. */
export interface VaultEntry {
  readonly token: string;
  readonly kind: 'card' | 'bank_debit';
  readonly brand: string;
  readonly last4: string;
  readonly expMonth: number | null;
  readonly expYear: number | null;
  readonly behaviour: Behaviour;
}

export interface AuthoriseRequest {
  /** The same reference is the same payment, whenever and however often it is asked for. */
  readonly reference: string;
  readonly token: string;
  readonly amount: Micros;
  /** The person is there to confirm. */
  readonly onSession: boolean;
}

/** A payment that waits for the person. */
export interface OpenAction {
  readonly reference: string;
  readonly amount: Micros;
  readonly last4: string;
}

/**
 * The card network, which in life is a company of its own: it keeps its own books, answers late or not at all, and is
 * never part of a transaction of ours.
 */
export interface CardNetwork {
  authorise(request: AuthoriseRequest): NetworkAnswer;
  /** What became of a payment; undefined = the network never heard of it. */
  find(reference: string): NetworkAnswer | undefined;
  /** Takes the money of an approved payment, all or part of it, once. */
  capture(reference: string, amount: Micros): void;
  /** Gives up an approved payment: nothing is taken. */
  release(reference: string): void;
  action(actionToken: string): OpenAction | undefined;
  /** The person confirmed or refused on the bank's page; answers whose payment it was. */
  confirm(actionToken: string, accepted: boolean): string | undefined;
  entry(token: string): VaultEntry | undefined;
  /** Keeps what the hosted page took; answers the token that stands for it from then on. */
  tokenise(entry: Omit<VaultEntry, 'token'>): string;
  /** Bank debit: whether these are the two small amounts it sent, in cents. */
  checkMicroDeposits(token: string, cents: readonly number[]): boolean;
  /** All it ever took, for tests of both books. */
  captured(): Micros;
}

const SLOW_MS = 5_000;
const NO_ANSWER_MS = 5_000;
const ACTION_ON_SESSION_MS = 15 * 60_000;
const ACTION_OFF_SESSION_MS = 24 * 3_600_000;
const BANK_MS = 3 * 86_400_000;

const DECLINES = {
  insufficient_funds: { kind: 'soft', text: 'The bank says that there is not enough money on the account' },
  stolen_card: { kind: 'hard', text: 'The bank refuses this card for good' },
  expired_card: { kind: 'hard', text: 'The card has expired' },
  authentication_failed: { kind: 'soft', text: 'The payment was not confirmed with the bank' },
  authentication_expired: { kind: 'soft', text: 'The payment was not confirmed with the bank in time' },
  debit_returned: { kind: 'hard', text: 'The bank returned the debit' },
} as const satisfies Record<string, Omit<Decline, 'code'>>;
type DeclineCode = keyof typeof DECLINES;

/** The two small amounts each account of the simulated bank is sent, in cents. */
export const MICRO_DEPOSITS: readonly number[] = [32, 45];

interface PaymentRow {
  readonly reference: string;
  readonly token: string;
  readonly amount: Micros;
  readonly captured: Micros;
  readonly state: 'approved' | 'declined' | 'action' | 'waiting' | 'captured' | 'released';
  readonly decline: DeclineCode | null;
  readonly settles_as: 'approved' | DeclineCode | null;
  readonly settles_at: number | null;
  readonly action_token: string | null;
}

/** What a new payment of that behaviour is at once. */
type Beginning = Pick<PaymentRow, 'state' | 'decline' | 'settles_as'> & { readonly forMs?: number };

function beginningOf(behaviour: Behaviour, onSession: boolean): Beginning {
  const approved: Beginning = { state: 'approved', decline: null, settles_as: null };
  const action: Beginning = { state: 'action', decline: null, settles_as: 'authentication_expired' };
  switch (behaviour) {
    case 'approve':
    case 'lost_answer':
      return approved;
    case 'insufficient_funds':
    case 'stolen_card':
    case 'expired_card':
      return { state: 'declined', decline: behaviour, settles_as: null };
    case 'authenticate':
      return { ...action, forMs: onSession ? ACTION_ON_SESSION_MS : ACTION_OFF_SESSION_MS };
    case 'authenticate_off_session':
      return onSession ? approved : { ...action, forMs: ACTION_OFF_SESSION_MS };
    case 'slow':
      return { state: 'waiting', decline: null, settles_as: 'approved', forMs: SLOW_MS };
    case 'bank_settles':
      return { state: 'waiting', decline: null, settles_as: 'approved', forMs: BANK_MS };
    case 'bank_returns':
      return { state: 'waiting', decline: null, settles_as: 'debit_returned', forMs: BANK_MS };
    default:
      return assertNever(behaviour);
  }
}

function answerOf(row: PaymentRow): NetworkAnswer {
  switch (row.state) {
    case 'approved':
    case 'captured':
    case 'released':
      return { kind: 'approved' };
    case 'declined': {
      const code = row.decline ?? 'insufficient_funds';
      return { kind: 'declined', decline: { code, ...DECLINES[code] } };
    }
    case 'action':
      return { kind: 'action_required', actionToken: row.action_token ?? '', askAt: row.settles_at ?? 0 };
    case 'waiting':
      return { kind: 'waiting', askAt: row.settles_at ?? 0 };
    default:
      return assertNever(row.state);
  }
}

/** The simulated network over its tables; `faults` may change what the next authorisation meets. */
export function createCardNetwork(ledger: Ledger, faults: CardFaults): CardNetwork {
  const { db, clock } = ledger;
  const byReference = db.prepare<[string], PaymentRow>('SELECT * FROM network_payments WHERE reference = ?');
  const byAction = db.prepare<[string], PaymentRow>('SELECT * FROM network_payments WHERE action_token = ?');
  const insert = db.prepare(`
    INSERT INTO network_payments (reference, token, amount, state, decline, settles_as, settles_at, action_token, created_at)
    VALUES (@reference, @token, @amount, @state, @decline, @settlesAs, @settlesAt, @actionToken, @now)`);
  const setState = db.prepare(
    'UPDATE network_payments SET state = ?, decline = ?, settles_as = NULL, settles_at = NULL WHERE reference = ?',
  );
  const setCaptured = db.prepare(`UPDATE network_payments SET state = 'captured', captured = ? WHERE reference = ?`);
  const vault = db.prepare<[string], VaultEntry>(
    `SELECT token, kind, brand, last4, exp_month AS expMonth, exp_year AS expYear, behaviour
     FROM network_vault WHERE token = ?`,
  );
  const insertEntry = db.prepare(`
    INSERT INTO network_vault (token, kind, brand, last4, exp_month, exp_year, behaviour) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const total = db.prepare<[], number>('SELECT coalesce(sum(captured), 0) FROM network_payments').pluck();

  /** Its books, not ours: what it did stays done whatever becomes of our transaction. */
  function own<T>(work: () => T): T {
    if (db.inTransaction) throw new Error('The card network is never part of a transaction of ours');
    return db.transaction(work).immediate();
  }

  /** A wait whose time came ends as it was going to. */
  function current(row: PaymentRow): PaymentRow {
    if (row.settles_at === null || row.settles_as === null || row.settles_at > clock.now()) return row;
    const approved = row.settles_as === 'approved';
    const decline = row.settles_as === 'approved' ? null : row.settles_as;
    setState.run(approved ? 'approved' : 'declined', decline, row.reference);
    return { ...row, state: approved ? 'approved' : 'declined', decline, settles_as: null, settles_at: null };
  }

  function expired(entry: VaultEntry): boolean {
    if (entry.expMonth === null || entry.expYear === null) return false;
    return Date.UTC(entry.expYear, entry.expMonth, 1) <= clock.now();
  }

  function begin(request: AuthoriseRequest, entry: VaultEntry): Behaviour {
    const behaviour = faults.take() ?? (expired(entry) ? 'expired_card' : entry.behaviour);
    const { forMs, state, decline, settles_as } = beginningOf(behaviour, request.onSession);
    insert.run({
      reference: request.reference,
      token: request.token,
      amount: request.amount,
      state,
      decline,
      settlesAs: settles_as,
      settlesAt: forMs === undefined ? null : clock.now() + forMs,
      actionToken: state === 'action' ? randomBytes(24).toString('base64url') : null,
      now: clock.now(),
    });
    return behaviour;
  }

  function known(reference: string): PaymentRow {
    const row = byReference.get(reference);
    if (!row) throw new RangeError(`The card network knows no payment ${reference}`);
    return row;
  }

  return {
    authorise: (request) =>
      own(() => {
        const row = byReference.get(request.reference);
        if (row) return answerOf(current(row));
        const entry = vault.get(request.token);
        if (!entry) throw new RangeError('The card network knows no such token');
        const behaviour = begin(request, entry);
        return behaviour === 'lost_answer' ? { kind: 'no_answer' } : answerOf(known(request.reference));
      }),
    find: (reference) =>
      own(() => {
        const row = byReference.get(reference);
        return row && answerOf(current(row));
      }),
    capture(reference, amount) {
      own(() => {
        const row = known(reference);
        if (row.state === 'captured' && row.captured === amount) return;
        if (row.state !== 'approved' || amount > row.amount) throw new Error(`${reference} cannot be captured so`);
        setCaptured.run(amount, reference);
      });
    },
    release(reference) {
      own(() => {
        const row = byReference.get(reference);
        if (row && row.state !== 'captured' && row.state !== 'declined') setState.run('released', null, reference);
      });
    },
    action(actionToken) {
      return own(() => {
        const row = byAction.get(actionToken);
        if (!row || current(row).state !== 'action') return undefined;
        return { reference: row.reference, amount: row.amount, last4: vault.get(row.token)?.last4 ?? '' };
      });
    },
    confirm(actionToken, accepted) {
      return own(() => {
        const row = byAction.get(actionToken);
        if (!row || current(row).state !== 'action') return undefined;
        if (accepted) setState.run('approved', null, row.reference);
        else setState.run('declined', 'authentication_failed', row.reference);
        return row.reference;
      });
    },
    entry: (token) => vault.get(token),
    tokenise: (entry) =>
      own(() => {
        const token = `tok_${randomUUID().replaceAll('-', '')}`;
        const { kind, brand, last4, expMonth, expYear, behaviour } = entry;
        insertEntry.run(token, kind, brand, last4, expMonth, expYear, behaviour);
        return token;
      }),
    checkMicroDeposits: (token, cents) =>
      vault.get(token)?.kind === 'bank_debit' &&
      [...cents].sort((a, b) => a - b).join() === [...MICRO_DEPOSITS].sort((a, b) => a - b).join(),
    captured: () => (total.get() ?? 0) as Micros,
  };
}

/** When to ask for an answer that never came. */
export const askAgainAt = (now: number): number => now + NO_ANSWER_MS;
