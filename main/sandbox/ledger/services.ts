import type { Books } from '../ports.ts';
import type { AddressBook } from './addresses/addresses.ts';
import { createAddressBook } from './addresses/addresses.ts';
import { numberFeatureOffer } from './addresses/feature-offer.ts';
import type { EmergencyLocations } from './addresses/locations.ts';
import { createEmergencyLocations } from './addresses/locations.ts';
import type { Registrations } from './addresses/registrations.ts';
import { createRegistrations } from './addresses/registrations.ts';
import type { Alerts } from './alerts/alerts.ts';
import type { Access } from './account/access.ts';
import { createAccess } from './account/access.ts';
import type { AccountSettings } from './account/account-settings.ts';
import { createAccountSettings } from './account/account-settings.ts';
import type { UserSettings } from './account/user-settings.ts';
import { createUserSettings } from './account/user-settings.ts';
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
import type { Metered } from './metered/metered.ts';
import type { Numbers } from './numbers/numbers.ts';
import { createNumbers } from './numbers/numbers.ts';
import { createRenewalPayments } from './numbers/payments.ts';
import { createOwnedRows } from './numbers/rows.ts';
import type { EntitlementBook } from './order/entitlements.ts';
import { createEntitlements } from './order/entitlements.ts';
import type { Orders } from './order/orders.ts';
import { createOrders } from './order/orders.ts';
import { createOrderPorts } from './order/wiring.ts';
import { createSpans } from './meters/spans.ts';
import type { People } from './people.ts';
import { createPeople } from './people.ts';
import type { Capacity } from './plan/capacity.ts';
import { createCapacity } from './plan/capacity.ts';
import { createChannelsOffer } from './plan/channels-offer.ts';
import type { Planning } from './plan/planning.ts';
import { createPlanning } from './plan/planning.ts';
import { createRecharging } from './recharging.ts';
import type { TopUp } from './topup/topup.ts';

/** What the API and the SIP side work with: one object a feature of the books. */
export interface Services {
  /** Who changed what; written in the transaction of the change. */
  readonly audit: Audit;
  readonly accountSettings: AccountSettings;
  readonly userSettings: UserSettings;
  /** Who may do what. */
  readonly access: Access;
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
  readonly addresses: AddressBook;
  /** Addresses of numbers at the emergency services. */
  readonly registrations: Registrations;
  /** Where people say they are. */
  readonly locations: EmergencyLocations;
  /** From an application to an active account. */
  readonly orders: Orders;
  readonly entitlements: EntitlementBook;
  /** null where the provider has no automatic top-up. */
  readonly topUp: TopUp | null;
  readonly alerts: Alerts;
  /** Services sold apart. */
  readonly metered: Metered;
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
  const addresses = createAddressBook(ledger, audit);
  const registrations = createRegistrations({ ledger, rows: createOwnedRows(ledger), book: addresses, audit });
  const locations = createEmergencyLocations(ledger, addresses);
  const entitlements = createEntitlements(ledger);
  const access = createAccess(ledger, people, audit, commerce);
  const numbers = createNumbers(ledger, people, {
    entitlements,
    addresses,
    payments: createRenewalPayments(ledger, commerce),
    released: (number) => registrations.released(number),
    audit: ({ userId, number, before, after }) =>
      audit.write({ id: userId }, 'number.changed', before, after, { subject: number }),
  });
  commerce.register(numbers.offer);
  const recharging = createRecharging(ledger, { commerce, people, audit });
  const { topUp, alerts, metered } = recharging;
  const calls = createCalls(ledger, people, audit, {
    ...plainPorts(ledger.profile.policy.channels),
    capacity: () => capacity.current(),
    meteredService: (name) => metered.state(name),
    forwardingOf: (number) => numbers.forwardingOf(number),
  });
  const planning = createPlanning(ledger, { spans, capacity, commerce, credit });
  const channels = createChannelsOffer(ledger, { capacity, use: planning.trunkUse });
  const orderPorts = createOrderPorts(ledger, { commerce, numbers, channels, addresses });
  const orders = createOrders(ledger, audit, entitlements, orderPorts);
  commerce.register(orders.offer);
  commerce.register(numberFeatureOffer({ ledger, rows: numbers.rows, market: numbers.market }));
  commerce.onChange((charge) => {
    const quoteId = charge.newQuoteId ?? charge.quoteId;
    if (charge.kind === 'initial_order') {
      orders.chargeChanged(charge, quoteId === null ? undefined : commerce.quoteById(quoteId));
    }
  });
  const paymentSessions = createPaymentSessions(ledger, people, commerce);
  commerce.resume();
  recharging.follow();
  ledger.agenda.runDue();
  return {
    accountSettings: createAccountSettings(ledger, audit),
    userSettings: createUserSettings(ledger, audit),
    access,
    audit,
    capacity,
    planning,
    people,
    credit,
    commerce,
    paymentSessions,
    numbers,
    addresses,
    registrations,
    locations,
    orders,
    entitlements,
    topUp,
    alerts,
    metered,
    calls,
    books: {
      ...calls.books,
      // A copy would keep the realm of the start.
      get realm() {
        return calls.books.realm;
      },
      emergencyCallerId: (userId) => registrations.callerIdFor(userId),
    },
  };
}
