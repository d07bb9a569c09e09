import type { Commerce } from '../commerce/commerce.ts';
import type { Credit } from '../credit/credit.ts';
import type { Ledger } from '../ledger.ts';
import type { Meters } from '../meters/meters.ts';
import { createMeters } from '../meters/meters.ts';
import type { Spans } from '../meters/spans.ts';
import { createBilledNumbers } from './billed-numbers.ts';
import type { Capacity } from './capacity.ts';
import { createChannelsOffer } from './channels-offer.ts';
import { createComposition } from './composition.ts';
import type { Contracts } from './contracts.ts';
import { createContracts } from './contracts.ts';
import { createPlanItems } from './items.ts';
import type { PlanView } from './plan.ts';
import { createPlan } from './plan.ts';
import { createStatementLines } from './statement-lines.ts';
import { createStatementStore } from './statement-store.ts';
import type { Statements } from './statements.ts';
import { createStatements } from './statements.ts';
import type { Transactions } from './transactions.ts';
import { createTransactions } from './transactions.ts';
import type { TrunkUse } from './trunk-use.ts';
import { createTrunkUse } from './trunk-use.ts';

/** What the account pays every month and what it comes to: plan, channels, meters, statements, transactions. */
export interface Planning {
  readonly trunkUse: TrunkUse;
  readonly meters: Meters;
  readonly plan: { view(): PlanView };
  readonly statements: Statements;
  readonly transactions: Transactions;
  readonly contracts: Contracts;
}

export interface PlanningPorts {
  readonly spans: Spans;
  readonly capacity: Capacity;
  readonly commerce: Commerce;
  readonly credit: Pick<Credit, 'nextGrant'>;
}

export function createPlanning(ledger: Ledger, { spans, capacity, commerce, credit }: PlanningPorts): Planning {
  const trunkUse = createTrunkUse(ledger);
  const meters = createMeters(ledger, { spans, peakChannels: (period) => trunkUse.peak(period) });
  const items = createPlanItems(ledger, { capacity, meters, numbers: createBilledNumbers(ledger) });
  commerce.register(createChannelsOffer(ledger, { capacity, use: trunkUse }));
  const transactions = createTransactions(ledger);
  return {
    trunkUse,
    meters,
    plan: createPlan(ledger, { capacity, items, nextGrantAt: () => credit.nextGrant()?.at }),
    statements: createStatements(ledger, {
      store: createStatementStore(ledger),
      lines: createStatementLines(ledger),
      compose: createComposition(ledger, { items, meters }),
      commerce,
    }),
    transactions,
    contracts: createContracts(ledger, transactions),
  };
}
