import type { Books } from '../ports.ts';
import type { Audit } from './audit/audit.ts';
import { createAudit } from './audit/audit.ts';
import { createBooks } from './books.ts';
import type { Ledger } from './ledger.ts';
import type { People } from './people.ts';
import { createPeople } from './people.ts';

/** What the API and the SIP side work with: one object a feature of the books. */
export interface Services {
  /** Who changed what; written in the transaction of the change. */
  readonly audit: Audit;
  readonly people: People;
  readonly books: Books;
}

/** Builds every feature on an open ledger; what time did while nobody looked is done before this returns. */
export function createServices(ledger: Ledger): Services {
  const audit = createAudit(ledger);
  const people = createPeople(ledger);
  const books = createBooks(ledger, people);
  ledger.agenda.runDue();
  return { audit, people, books };
}
