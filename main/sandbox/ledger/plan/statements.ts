import type { Micros } from '../../../../preload/contract/money.ts';
import { addMicros, toMicros } from '../../../../preload/contract/money.ts';
import { Refusal } from '../../api/refusal.ts';
import { addDays, dayOf, endOfMonth, isoMonth, startOfDay } from '../calendar.ts';
import type { Commerce } from '../commerce/commerce.ts';
import type { Ledger } from '../ledger.ts';
import type { MeterPeriod } from '../meters/spans.ts';
import type { Composition, StatementRow } from './composition.ts';
import type { StatementLines } from './statement-lines.ts';
import type { Statement, StatementStore } from './statement-store.ts';

/** What falls due at the first moment of a month is on the statement issued right after it. */
const ISSUED_AFTER_MS = 60_000;
/** Days from the day of issue to the day the card is charged. */
const DUE_AFTER_DAYS = 10;
/** How the charge that pays a statement is called on the wire. */
const CHARGE_KIND = 'statement';
/** A change of the zone may move a moment to the day before: two days on, the month is sure. */
const TWO_DAYS_MS = 2 * 86_400_000;

/** Bills a month of the account's zone when it is over, each once, in order. */
export interface Statements {
  readonly store: StatementStore;
  /** The period that runs, with what its statement would hold if it were issued now. */
  running(now: number): {
    readonly period: MeterPeriod;
    readonly rows: readonly StatementRow[];
    readonly total: Micros;
  };
  /** When the statement of the running period is issued. */
  nextIssueAt(): number;
  /** Statements come so much later than they should, for as long as it is told: a bad day, for tests. */
  delayBy(delayMs: () => number): void;
  /**
   * Charges the card with an open statement, in the caller's transaction; the prepaid balance has no part in it
   * (SIPUS-27). Throws not_found, conflict (paid, or a charge is on its way).
   */
  pay(id: string): Statement;
}

export interface StatementPorts {
  readonly store: StatementStore;
  readonly lines: StatementLines;
  readonly compose: Composition;
  readonly commerce: Pick<Commerce, 'automaticCharge' | 'onChange' | 'charge'>;
}

const sumOf = (rows: readonly StatementRow[]): Micros => addMicros(toMicros(0), ...rows.map((row) => row.amount));

export function createStatements(ledger: Ledger, ports: StatementPorts): Statements {
  const { profile, clock, outbox, agenda, db } = ledger;
  const { store, lines, compose, commerce } = ports;
  const zone = (): string => profile.account.timeZone;
  let delayMs = (): number => 0;
  const createdAt = db.prepare<[], number>('SELECT created_at FROM account').pluck();

  function period(): MeterPeriod {
    const newest = store.newest();
    if (newest) return { from: newest.to, to: endOfMonth(newest.to + TWO_DAYS_MS, zone()) };
    const from = startOfDay(dayOf(createdAt.get() ?? clock.now(), zone()), zone());
    return { from, to: endOfMonth(from, zone()) };
  }

  const issueAt = (): number => period().to + ISSUED_AFTER_MS + delayMs();

  /** What a statement gave back and did not use up comes off the next one. */
  function creditCarried(): readonly StatementRow[] {
    const newest = store.newest();
    if (!newest || newest.total >= 0) return [];
    const description = `Credit of the statement of ${isoMonth(dayOf(newest.from, newest.timeZone))}`;
    const amount = newest.total;
    return [
      {
        kind: 'discount',
        item: 'credit',
        description,
        quantity: 1,
        unitPrice: amount,
        amount,
        subject: null,
        chargeId: null,
      },
    ];
  }

  function issue(at: number): Statement {
    const { from, to } = period();
    const id = `stm_${isoMonth(dayOf(to - 1, zone()))}`;
    const rows = [...creditCarried(), ...compose({ from, to }, at, lines.take(id, at))];
    const total = sumOf(rows);
    const isDue = total > 0;
    const statement: Statement = {
      id,
      from,
      to,
      timeZone: zone(),
      issuedAt: at,
      dueAt: startOfDay(addDays(dayOf(at, zone()), DUE_AFTER_DAYS), zone()),
      total,
      state: isDue ? 'open' : 'paid',
      paidAt: isDue ? null : at,
      chargeId: null,
    };
    store.insert(statement, rows);
    store.matchPayments(id, to);
    return statement;
  }

  function begin(statement: Statement): void {
    const { id, total, chargeId } = statement;
    const attempt = chargeId === null ? 1 : Number(commerce.charge(chargeId)?.key.split(':')[2] ?? 1) + 1;
    const description = `Statement of ${id.slice('stm_'.length)}`;
    const begun = commerce.automaticCharge({
      origin: 'renewal',
      kind: CHARGE_KIND,
      key: `${CHARGE_KIND}:${id}:${attempt}`,
      description,
      lines: [
        {
          id: 'statement',
          item: 'plan',
          description,
          quantity: 1,
          unitPrice: total,
          amount: total,
          timing: 'now_card',
          recurring: 'none',
          subject: id,
          entitled: false,
          // Its rows were taxed one by one.
          taxable: false,
        },
      ],
      paymentMethodId: null,
    });
    store.tried(id, begun.chargeId);
    outbox.append('statements.updated', clock.now());
  }

  commerce.onChange((charge) => {
    if (charge.kind !== CHARGE_KIND || charge.state !== 'done') return;
    const id = charge.key.split(':')[1];
    if (id === undefined) return;
    store.paid(id, clock.now());
    outbox.append('statements.updated', clock.now());
  });

  /** The months before a seeded account was first opened: issued and paid as if somebody had. */
  function catchUp(): void {
    const now = clock.now();
    ledger.write(() => {
      while (issueAt() <= now) {
        const statement = issue(issueAt());
        if (statement.dueAt <= now) store.paid(statement.id, statement.dueAt);
      }
    });
  }
  if (store.count() === 0) catchUp();

  agenda.add({
    name: 'statement of the month',
    nextAt: issueAt,
    run(at) {
      issue(at);
      outbox.append('statements.updated', at);
      outbox.append('plan.updated', at);
    },
  });
  const untried = (): Statement | undefined => store.open().find((statement) => statement.chargeId === null);
  agenda.add({
    name: 'statements that are due',
    nextAt: () => untried()?.dueAt,
    run() {
      const statement = untried();
      if (statement) begin(statement);
    },
  });

  return {
    store,
    nextIssueAt: issueAt,
    delayBy(delay) {
      delayMs = delay;
    },
    running(now) {
      const current = period();
      const rows = [...creditCarried(), ...compose(current, now, lines.pending())];
      return { period: current, rows, total: sumOf(rows) };
    },
    pay(id) {
      const statement = store.byId(id);
      if (!statement) throw new Refusal('not_found');
      if (statement.state === 'paid') throw new Refusal('conflict', { detail: 'This statement is paid' });
      const charge = statement.chargeId === null ? undefined : commerce.charge(statement.chargeId);
      if (charge && (charge.state === 'pending' || charge.state === 'action_required')) {
        throw new Refusal('conflict', { detail: 'A charge for this statement is on its way' });
      }
      begin(statement);
      return store.byId(id) ?? statement;
    },
  };
}
