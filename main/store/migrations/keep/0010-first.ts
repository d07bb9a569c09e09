import type { Migration } from '../migration.ts';

/** What exists nowhere but here: the call history, the settings, the identity of this install. */
export const first: Migration = {
  version: 10,
  sql: `
CREATE TABLE call_log (
  row INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account_id TEXT NOT NULL,
  sip_call_id TEXT,
  direction TEXT NOT NULL,
  remote TEXT NOT NULL,
  remote_e164 TEXT,
  remote_name TEXT,
  own_number TEXT,
  started_at INTEGER NOT NULL,
  answered_at INTEGER,
  ended_at INTEGER,
  outcome TEXT,
  reason TEXT,
  sip_code INTEGER,
  is_emergency INTEGER NOT NULL,
  cost_micros INTEGER,
  cost_currency TEXT,
  seen INTEGER NOT NULL
) STRICT;

CREATE INDEX call_log_by_time ON call_log (started_at, id);
CREATE INDEX call_log_by_call_id ON call_log (sip_call_id) WHERE sip_call_id IS NOT NULL;
CREATE INDEX call_log_open ON call_log (started_at) WHERE ended_at IS NULL;
CREATE INDEX call_log_unseen ON call_log (started_at) WHERE seen = 0;

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE install (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
};
