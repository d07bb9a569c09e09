import type { planOperations } from '../../../provider/api/operations/plan.ts';
import { startOfDay } from '../../ledger/calendar.ts';
import type { ApiContext } from '../context.ts';
import { monthInPath } from '../days.ts';
import type { Handlers } from '../handler.ts';
import { Refusal } from '../refusal.ts';
import { wireMeters, wirePlan, wireTrunks } from '../wire-plan.ts';

/** The plan, its channels and its meters. */
export function planHandlers(context: ApiContext): Handlers<typeof planOperations> {
  const { ledger, services } = context;
  const { planning, capacity } = services;
  const { meters, contracts } = planning;
  return {
    getPlan: () => wirePlan(ledger, planning),
    getTrunks: () => wireTrunks(ledger, capacity, planning),
    getMeters: () => wireMeters(ledger, planning, meters.read(meters.month(ledger.clock.now()))),
    getMetersOfMonth({ params }) {
      const from = startOfDay(monthInPath(params.month), ledger.profile.account.timeZone);
      if (!contracts.months().includes(params.month)) throw new Refusal('not_found');
      return wireMeters(ledger, planning, meters.read(meters.month(from)));
    },
  };
}
