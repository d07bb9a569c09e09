import type { Transport } from '../../preload/contract/client.ts';

/** `down`: main does not answer (it may come back). `up` again: what was missed has been delivered. */
export type Link = 'up' | 'down';

/** A transport that also tells whether main can be reached at all. */
export interface LinkedTransport extends Transport {
  /** Called at each change; returns the way to stop listening. A new transport counts as up. */
  onLink(listener: (link: Link) => void): () => void;
}
