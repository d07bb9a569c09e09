/**
 * The present, for words that depend on the day. Read while rendering on purpose: such words may be a moment old, and
 * every list that shows them is rendered again when something in it changes.
 */
export function presentMs(): number {
  return Date.now();
}
