import type { SipMessage } from './message/message.ts';

/** A way to one peer: a WebSocket (RFC 5626 calls it a flow), or the agent inside this process. */
export interface Flow {
  readonly id: string;
  /** 'agent' is our own end of a call: it is trusted and never challenged. */
  readonly kind: 'socket' | 'agent';
  /** What Via carries as `received`. */
  readonly remoteAddress: string;
  readonly open: boolean;
  /** Sends; false when the flow is gone. Never throws. */
  send(message: SipMessage): boolean;
}
