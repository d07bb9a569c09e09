import type { Books } from '../ports.ts';
import type { Audit } from './audit/audit.ts';
import { createAudit } from './audit/audit.ts';
import type { Calls } from './calls/calls.ts';
import { createCalls } from './calls/calls.ts';
import { plainPorts } from './calls/ports.ts';
import type { Commerce } from './commerce/commerce.ts';
import { createCommerce } from './commerce/commerce.ts';
import type { PaymentSessions } from './commerce/sessions.ts';
import { createPaymentSessions } from './commerce/sessions.ts';
import type { Credit } from './credit/credit.ts';
import { createCredit } from './credit/credit.ts';
import type { Ledger } from './ledger.ts';
import type { Numbers } from './numbers/numbers.ts';
import { createNumbers } from './numbers/numbers.ts';
import { createRenewalPayments } from './numbers/payments.ts';
import { createSpans } from './meters/spans.ts';
import type { People } from './people.ts';
import { createPeople } from './people.ts';
import type { Capacity } from './plan/capacity.ts';
import { createCapacity } from './plan/capacity.ts';
import type { Planning } from './plan/planning.ts';
import { createPlanning } from './plan/planning.ts';

/** What the API and the SIP side work with: one object a feature of the books. */
export interface Services {
  /** Who changed what; written in the transaction of the change. */
  readonly audit: Audit;
  /** How many channels the account has now (POL-08). */
  readonly capacity: Capacity;
  /** The plan, its meters, statements and transactions. */
  readonly planning: Planning;
  readonly people: People;
  /** Free credit in lots, and paid money beside it. */
  readonly credit: Credit;
  /** Quotes, charges and ways to pay; every offer is registered with it. */
  readonly commerce: Commerce;
  /** Pages of the payment vendor. */
  readonly paymentSessions: PaymentSessions;
  /** Numbers of the account and of the market. */
  readonly numbers: Numbers;
  readonly calls: Calls;
  /** What the SIP side asks; part of `calls`. */
  readonly books: Books;
}

/** Builds every feature on an open ledger; what time did while nobody looked is done before this returns. */
export function createServices(ledger: Ledger): Services {
  const audit = createAudit(ledger);
  const spans = createSpans(ledger);
  const capacity = createCapacity(ledger, spans, audit);
  const people = createPeople(ledger, spans);
  const credit = createCredit(ledger);
  const commerce = createCommerce(ledger, people);
  const numbers = createNumbers(ledger, people, {
    entitlements: { left: () => 0, reserve: () => false },
    addresses: { hasVerified: () => false },
    payments: createRenewalPayments(ledger, commerce),
    released: () => undefined,
    audit: ({ userId, number, before, after }) =>
      audit.write({ id: userId }, 'number.changed', before, after, { subject: number }),
  });
  commerce.register(numbers.offer);
  const calls = createCalls(ledger, people, audit, {
    ...plainPorts(ledger.profile.policy.channels),
    capacity: () => capacity.current(),
    forwardingOf: (number) => numbers.forwardingOf(number),
  });
  const planning = createPlanning(ledger, { spans, capacity, commerce });
  const paymentSessions = createPaymentSessions(ledger, people, commerce);
  commerce.resume();
  ledger.agenda.runDue();
  return { audit, capacity, planning, people, credit, commerce, paymentSessions, numbers, calls, books: calls.books };
}
