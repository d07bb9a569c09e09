import type { ChannelModel } from '../../policies/profile.ts';

/** Services a provider may sell for themselves (TOP-02): without them their calls are refused. */
export type MeteredCallService = 'toll_free' | 'international' | 't38_fax' | 'concurrency_bursting';

/** Where calls to a number of the account go instead, and when. */
export interface Forwarding {
  /** E.164. */
  readonly to: string;
  readonly when: 'always' | 'busy' | 'no_answer';
}

/** What calling needs to know of other features. Every one is asked at the moment it matters, never cached. */
export interface CallPorts {
  /** The channels the account has now (POL-08). */
  readonly capacity: () => ChannelModel;
  /** `not_sold`: this provider does not sell it apart, so nothing depends on it. */
  readonly meteredService: (name: MeteredCallService) => 'not_sold' | 'on' | 'off';
  readonly forwardingOf: (number: string) => Forwarding | null;
}

/** An account with the channels of its policy and nothing else. */
export function plainPorts(channels: ChannelModel): CallPorts {
  return {
    capacity: () => channels,
    meteredService: () => 'not_sold',
    forwardingOf: () => null,
  };
}
