import type { Alerts } from './alerts/alerts.ts';
import { createAlerts } from './alerts/alerts.ts';
import type { Audit } from './audit/audit.ts';
import type { Commerce } from './commerce/commerce.ts';
import type { Ledger } from './ledger.ts';
import type { Metered } from './metered/metered.ts';
import { createMetered } from './metered/metered.ts';
import type { People } from './people.ts';
import { createMeteredSpend } from './topup/spend.ts';
import type { TopUp } from './topup/topup.ts';
import { createTopUp } from './topup/topup.ts';

/** What follows from a balance that falls: it is topped up, people are told, services stop. */
export interface Recharging {
  /** null where the provider has no automatic top-up. */
  readonly topUp: TopUp | null;
  readonly alerts: Alerts;
  readonly metered: Metered;
  /** Looks at once and after every commit from now on: first to top up, then to tell (F-15), or as POL-14 has it. */
  follow(): void;
}

/** Builds the three, which know each other; their offers are registered with commerce. */
export function createRecharging(
  ledger: Ledger,
  { commerce, people, audit }: { readonly commerce: Commerce; readonly people: People; readonly audit: Audit },
): Recharging {
  const spend = createMeteredSpend(ledger);
  const alerts = createAlerts(ledger, {
    people,
    audit,
    spend,
    recharge: () => topUp?.recharge() ?? { kind: 'settled' },
  });
  const neededBy = (): string | undefined => metered.needsTopUp();
  const topUp = createTopUp(ledger, { commerce, audit, teller: alerts, spend, neededBy });
  const metered = createMetered(ledger, { commerce, audit, topUp });
  if (topUp) commerce.register(topUp.offer);
  if (metered.offer) commerce.register(metered.offer);
  return {
    topUp,
    alerts,
    metered,
    follow() {
      const { suppressedByTopUp } = ledger.profile.policy.alerts;
      const inOrder = suppressedByTopUp ? [topUp, alerts] : [alerts, topUp];
      for (const each of inOrder) each?.follow();
    },
  };
}
