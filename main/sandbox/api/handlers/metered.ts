import type * as z from 'zod';
import { assertNever } from '../../../../preload/contract/result.ts';
import type { meteredOperations } from '../../../provider/api/operations/metered.ts';
import type { meteredServicesSchema } from '../../../provider/api/resources/metered.ts';
import type { MeteredState } from '../../ledger/metered/metered.ts';
import type { ApiContext } from '../context.ts';
import type { Handlers } from '../handler.ts';
import { Refusal } from '../refusal.ts';
import { money, timestamp } from '../wire.ts';

type WireState = z.output<typeof meteredServicesSchema>['data'][number]['state'];

function wireState(state: MeteredState): WireState {
  switch (state.kind) {
    case 'enabling':
      return { kind: state.kind, charge_id: state.chargeId };
    case 'blocked_cap':
      return { kind: state.kind, until: timestamp(state.until) };
    case 'off':
    case 'on':
    case 'blocked_no_funds':
    case 'disabling':
      return state;
    default:
      return assertNever(state);
  }
}

/** Services sold apart (TOP-02). */
export function meteredHandlers(context: ApiContext): Handlers<typeof meteredOperations> {
  const { ledger, services } = context;
  const { metered } = services;
  return {
    listMeteredServices() {
      if (!metered.offer) throw new Refusal('not_offered', { detail: 'This provider sells no service apart' });
      const first = metered.firstCharge();
      return {
        data: metered.list().map(({ state, ...service }) => ({ ...service, state: wireState(state) })),
        first_charge: first === 0 ? null : money(first, ledger.profile.account.currency),
        as_of: timestamp(ledger.clock.now()),
      };
    },
  };
}
