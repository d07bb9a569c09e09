/** What a call may hold open and must give back. */
export type ResourceKind = 'track' | 'peer_connection' | 'audio_element' | 'audio_context' | 'socket';

/**
 * Everything the telephone has open, by kind. Whoever opens something keeps it here with the way to close it; closing
 * twice does nothing. "Nothing left open" is a question this can answer.
 */
export class Resources {
  readonly #open = new Map<number, { readonly kind: ResourceKind; readonly close: () => void }>();
  #nextId = 1;

  /** Notes an open thing. The returned function closes and forgets it, once. */
  keep(kind: ResourceKind, close: () => void): () => void {
    const id = this.#nextId++;
    this.#open.set(id, { kind, close });
    return () => {
      if (this.#open.delete(id)) close();
    };
  }

  /** Counts per kind of what is open now; kinds with nothing open are absent. */
  open(): Partial<Record<ResourceKind, number>> {
    const counts: Partial<Record<ResourceKind, number>> = {};
    for (const { kind } of this.#open.values()) counts[kind] = (counts[kind] ?? 0) + 1;
    return counts;
  }

  /** Closes all that is left: the last line of defence at `stop`. */
  closeAll(): void {
    const left = [...this.#open.values()];
    this.#open.clear();
    for (const { close } of left) close();
  }
}
