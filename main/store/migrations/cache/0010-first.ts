import type { Migration } from '../migration.ts';

/**
 * The cache: all of it can be fetched again from the provider. `usage` has UNIQUE (time, id) as its conflict target:
 * pages arrive in time order, so the index is appended to, where a random id as key costs four times as much
 * (reliability-performance.md 1.5). Numbers and repeated words are kept once (`party`, `word`) and named by their row.
 */
export const first: Migration = {
  version: 10,
  sql: `
CREATE TABLE account_state (
  name TEXT PRIMARY KEY,
  as_of INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_state (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE owned_number (
  number TEXT PRIMARY KEY,
  position INTEGER NOT NULL,
  label TEXT NOT NULL,
  country_code TEXT NOT NULL,
  capabilities TEXT NOT NULL,
  state TEXT NOT NULL,
  emergency TEXT NOT NULL,
  is_default_caller_id INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rate (
  prefix TEXT NOT NULL,
  direction TEXT NOT NULL,
  effective_from INTEGER NOT NULL,
  country_code TEXT,
  destination TEXT NOT NULL,
  kind TEXT NOT NULL,
  per_minute INTEGER NOT NULL,
  setup_fee INTEGER NOT NULL,
  currency TEXT NOT NULL,
  min_sec INTEGER NOT NULL,
  inc_sec INTEGER NOT NULL,
  free_sec INTEGER NOT NULL,
  included INTEGER NOT NULL,
  fetched_at INTEGER NOT NULL,
  PRIMARY KEY (prefix, direction, effective_from)
) STRICT, WITHOUT ROWID;

CREATE TABLE rate_deck (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  fetched_at INTEGER NOT NULL
) STRICT;

CREATE TABLE party (
  row INTEGER PRIMARY KEY,
  value TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE word (
  row INTEGER PRIMARY KEY,
  value TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE usage (
  row INTEGER PRIMARY KEY,
  time INTEGER NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  direction INTEGER,
  price_state INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  description INTEGER NOT NULL,
  from_party INTEGER,
  to_party INTEGER,
  duration_sec INTEGER,
  billed_sec INTEGER,
  rate_per_minute INTEGER,
  user_id INTEGER,
  user_name INTEGER,
  device_id INTEGER,
  sip_call_id TEXT,
  leg INTEGER,
  UNIQUE (time, id)
) STRICT;

CREATE INDEX usage_of_user ON usage (user_id, time, id);
`,
};
