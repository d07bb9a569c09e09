import type { Role } from '../../../preload/contract/roles.ts';
import { randomToken } from '../../platform/ids.ts';

/** One-time sign-ins for the process that started the sandbox: no person has to click through a page. */
export interface Tickets {
  issue(role: Role): string;
  /** The role the ticket is for; it is gone afterwards. */
  take(ticket: string): Role | undefined;
}

export function createTickets(): Tickets {
  const open = new Map<string, Role>();
  return {
    issue(role) {
      const ticket = randomToken();
      open.set(ticket, role);
      return ticket;
    },
    take(ticket) {
      const role = open.get(ticket);
      open.delete(ticket);
      return role;
    },
  };
}
