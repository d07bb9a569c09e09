import type { Flow } from '../flow.ts';
import { describeError, type SipLog } from '../log.ts';
import type { SipMessage } from '../message/message.ts';

type Receive = (message: SipMessage, from: Flow) => void;

/** Two flows that are each other's far end inside this process: how the proxy and our agent talk. */
export interface Link {
  /** What the proxy sends on. */
  readonly toAgent: Flow;
  /** What the agent sends on. */
  readonly toProxy: Flow;
  /** Messages arrive in a later turn, never inside a send. */
  connect(receivers: { readonly proxy: Receive; readonly agent: Receive }): void;
  close(): void;
}

export function createLink(log: SipLog): Link {
  let receivers: { readonly proxy: Receive; readonly agent: Receive } | undefined;
  const flow = (id: string, deliver: (message: SipMessage) => void): Flow => ({
    id,
    kind: 'agent',
    remoteAddress: '',
    get open() {
      return receivers !== undefined;
    },
    send(message) {
      if (!receivers) return false;
      queueMicrotask(() => {
        try {
          deliver({ ...message, headers: message.headers.clone() });
        } catch (error) {
          log('error', 'sip.bug', { error: describeError(error) });
        }
      });
      return true;
    },
  });
  const toAgent: Flow = flow('agent', (message) => receivers?.agent(message, toProxy));
  const toProxy: Flow = flow('proxy', (message) => receivers?.proxy(message, toAgent));
  return {
    toAgent,
    toProxy,
    connect: (next) => {
      receivers = next;
    },
    close: () => {
      receivers = undefined;
    },
  };
}
