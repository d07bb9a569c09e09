import type { Micros } from '../../../preload/contract/money.ts';
import { toMicros } from '../../../preload/contract/money.ts';

/** A service sold apart and paid from the prepaid balance (TOP-02). */
export interface MeteredServiceRule {
  readonly name: string;
  readonly title: string;
  readonly description: string;
}

/** What a provider sells as metered services, and what the first one ever switched on costs at once (TOP-06). */
export interface MeteredRules {
  readonly firstCharge: Micros;
  readonly services: readonly MeteredServiceRule[];
}

/** TOP-02, with SMS of the later revision. */
export const SIPSTATION_METERED: MeteredRules = {
  firstCharge: toMicros(25_000_000),
  services: [
    { name: 'toll_free', title: 'Toll-free calls', description: 'Calls received on your toll-free numbers' },
    { name: 'international', title: 'International calls', description: 'Calls outside the plan, per minute' },
    { name: 't38_fax', title: 'Outbound T.38 fax', description: 'Fax calls you send' },
    {
      name: 'softcap_bursting',
      title: 'Softcap bursting',
      description: 'Minutes beyond those a trunk includes in a month',
    },
    {
      name: 'concurrency_bursting',
      title: 'Concurrency bursting',
      description: 'Calls beyond your trunks, per minute, instead of being refused',
    },
    { name: 'sms', title: 'SMS', description: 'Text messages sent and received' },
  ],
};
