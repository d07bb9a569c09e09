import type { Migration } from '../migration.ts';

/** Money actions under their idempotency keys (design 4). Few rows, each written with synchronous FULL. */
export const first: Migration = {
  version: 10,
  sql: `
CREATE TABLE intent (
  key TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  body TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX intent_by_state ON intent (state, created_at);
`,
};
