import type { Books } from '../ports.ts';
import { createBooks } from './books.ts';
import type { Ledger } from './ledger.ts';
import type { People } from './people.ts';
import { createPeople } from './people.ts';

/** What the API and the SIP side work with: one object a feature of the books. */
export interface Services {
  readonly people: People;
  readonly books: Books;
}

/** Builds every feature on an open ledger; what time did while nobody looked is done before this returns. */
export function createServices(ledger: Ledger): Services {
  const people = createPeople(ledger);
  const books = createBooks(ledger, people);
  ledger.agenda.runDue();
  return { people, books };
}
