import type { EventName, EventOf } from '../../preload/contract/channels.ts';

/** Sends an event of the contract to every trusted window, or to the one named. A vanished window is not an error. */
export type Push = <N extends EventName>(name: N, payload: EventOf<N>, only?: { readonly id: string }) => void;
