import * as z from 'zod/mini';

/** The person's role at the provider (requirements.md 3.0): owner, admin or sub-user with grants, end user. */
export const role = z.enum(['owner', 'admin', 'user']);
export type Role = z.infer<typeof role>;

/** What an owner can grant an admin or a user. The server decides; the client hides or explains. */
export const grant = z.enum(['see_balance', 'billing', 'numbers_search', 'numbers_buy', 'plan']);
export type Grant = z.infer<typeof grant>;

/** Things a person may do. The same matrix drives the router, the screens and the tests. */
export type Action =
  | 'phone.use'
  | 'usage.own'
  | 'usage.all'
  | 'balance.state'
  | 'balance.exact'
  /** Statements, invoices and transactions. */
  | 'invoices.see'
  /** Add credit, payment methods, auto-recharge, alert levels. */
  | 'billing.manage'
  | 'numbers.see'
  | 'numbers.search'
  /** Buy, assign, label, forward and give up numbers. */
  | 'numbers.manage'
  /** The plan, its trunks and meters; writing them is `plan.change`. */
  | 'plan.see'
  | 'plan.change'
  | 'settings.own'
  /** Initial order, realm, people and their grants. */
  | 'account.manage';

/** Who is asking: a role with its grants. */
export interface Person {
  readonly role: Role;
  readonly grants: readonly Grant[];
}

const EVERYBODY: readonly Action[] = ['phone.use', 'usage.own', 'balance.state', 'numbers.see', 'settings.own'];

const MATRIX: Readonly<Record<Role, readonly Action[]>> = {
  owner: [
    ...EVERYBODY,
    'usage.all',
    'balance.exact',
    'invoices.see',
    'billing.manage',
    'numbers.search',
    'numbers.manage',
    'plan.see',
    'plan.change',
    'account.manage',
  ],
  admin: EVERYBODY,
  user: EVERYBODY,
};

const GRANTED: Readonly<Record<Grant, readonly Action[]>> = {
  see_balance: ['balance.exact', 'usage.all', 'invoices.see', 'plan.see'],
  billing: ['balance.exact', 'usage.all', 'invoices.see', 'plan.see', 'billing.manage', 'numbers.search'],
  numbers_search: ['numbers.search'],
  numbers_buy: ['balance.exact', 'usage.all', 'numbers.search', 'numbers.manage'],
  plan: ['plan.see', 'plan.change'],
};

/** True when the role itself or one of the grants allows the action (requirements.md 3.0). */
export function mayDo(person: Person, action: Action): boolean {
  return MATRIX[person.role].includes(action) || person.grants.some((each) => GRANTED[each].includes(action));
}

/** Who to ask when an action is forbidden; a key for the sentence on screen. */
export function whoMay(action: Action): 'owner' | 'anyone_signed_in' {
  return MATRIX.user.includes(action) ? 'anyone_signed_in' : 'owner';
}
