import { ADDRESSES_SCHEMA } from './addresses/schema.ts';
import { ALERTS_SCHEMA } from './alerts/schema.ts';
import { ACCOUNT_SCHEMA } from './account/schema.ts';
import { AUDIT_SCHEMA } from './audit/schema.ts';
import { CALLS_SCHEMA } from './calls/schema.ts';
import { COMMERCE_SCHEMA } from './commerce/schema.ts';
import { CREDIT_SCHEMA } from './credit/schema.ts';
import { METERED_SCHEMA } from './metered/schema.ts';
import { METERS_SCHEMA } from './meters/schema.ts';
import { NUMBERS_SCHEMA } from './numbers/schema.ts';
import { ORDER_SCHEMA } from './order/schema.ts';
import { PLAN_SCHEMA } from './plan/schema.ts';
import { TOP_UP_SCHEMA } from './topup/schema.ts';

/**
 * The books of one sandbox account. Money is an integer in micros, time is UTC ms of the ledger's clock (tokens: real
 * time). `postings` is the journal and only ever appended to; `usage` is what explains it to people, one row a charge,
 * whose amount always equals the sum of its postings.
 */
export const LEDGER_SCHEMA_VERSION = 20;

const CORE_SCHEMA = `
CREATE TABLE account (
  id TEXT PRIMARY KEY,
  profile TEXT NOT NULL,
  name TEXT NOT NULL,
  provider_name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  country TEXT NOT NULL,
  currency TEXT NOT NULL,
  owner_contact TEXT,
  opening INTEGER NOT NULL,
  balance INTEGER NOT NULL,
  frozen INTEGER NOT NULL DEFAULT 0,
  -- How far the ledger's clock is ahead of real time.
  clock_offset_ms INTEGER NOT NULL DEFAULT 0,
  -- Marks this file in event ids: a place in another file's stream is no place here.
  epoch TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- Documents people change (ledger/settings.ts).
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('owner', 'admin', 'user')),
  grants TEXT NOT NULL
) STRICT;

CREATE TABLE devices (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users,
  instance_id TEXT NOT NULL,
  name TEXT NOT NULL,
  sip_user TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (user_id, instance_id)
) STRICT;

CREATE TABLE rates (
  id INTEGER PRIMARY KEY,
  prefix TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('outbound', 'inbound')),
  country TEXT,
  destination TEXT NOT NULL,
  kind TEXT NOT NULL,
  per_minute INTEGER NOT NULL CHECK (per_minute >= 0),
  setup_fee INTEGER NOT NULL CHECK (setup_fee >= 0),
  min_sec INTEGER NOT NULL,
  inc_sec INTEGER NOT NULL,
  free_sec INTEGER NOT NULL,
  included INTEGER NOT NULL,
  effective_from INTEGER NOT NULL,
  effective_to INTEGER,
  UNIQUE (direction, prefix, effective_from)
) STRICT;

CREATE TABLE usage (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  time INTEGER NOT NULL,
  version INTEGER NOT NULL DEFAULT 1,
  kind TEXT NOT NULL,
  direction TEXT,
  price_state TEXT NOT NULL,
  amount INTEGER NOT NULL,
  description TEXT NOT NULL,
  from_party TEXT,
  to_party TEXT,
  duration_sec INTEGER,
  billed_sec INTEGER,
  rate_per_minute INTEGER,
  user_id TEXT REFERENCES users,
  device_id TEXT,
  sip_call_id TEXT,
  leg TEXT,
  -- The charge it books, where it is part of one.
  charge_id TEXT,
  -- Of a call: between two people of the account; what it carried; the codec a trunk had to convert, if it did.
  on_net INTEGER,
  media TEXT,
  transcoded INTEGER,
  codec TEXT,
  -- Of the ledger's categories (F-13), where the kind alone does not say it.
  category TEXT,
  UNIQUE (time, id)
) STRICT;
CREATE INDEX usage_of_charge ON usage (charge_id) WHERE charge_id IS NOT NULL;
CREATE INDEX usage_of_user ON usage (user_id, time, id);
-- Everything else is rare among millions of calls.
CREATE INDEX usage_besides_calls ON usage (kind, time, id) WHERE kind <> 'call';

-- How many rows of usage each person has ('' = nobody): a list of ten million tells its total without counting.
CREATE TABLE usage_counts (user_id TEXT PRIMARY KEY, rows INTEGER NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE postings (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  usage_id TEXT NOT NULL REFERENCES usage (id),
  amount INTEGER NOT NULL,
  balance_after INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX postings_of_usage ON postings (usage_id);
CREATE TRIGGER postings_are_final BEFORE UPDATE ON postings BEGIN SELECT RAISE(ABORT, 'postings are final'); END;
CREATE TRIGGER postings_stay BEFORE DELETE ON postings BEGIN SELECT RAISE(ABORT, 'postings are final'); END;

-- Proven places of the journal, so that the sum after each posting is over few rows however long the journal is.
CREATE TABLE checkpoints (posting_seq INTEGER PRIMARY KEY, balance INTEGER NOT NULL) STRICT;

CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  usage_id TEXT,
  -- What else it is about: a charge, an alert.
  subject TEXT,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE idempotency (
  user_id TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  -- NULL while the first request is still being answered.
  status INTEGER,
  body TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, key)
) STRICT;

CREATE TABLE tokens (
  hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('access', 'refresh')),
  family TEXT NOT NULL,
  pair INTEGER NOT NULL,
  user_id TEXT NOT NULL REFERENCES users,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX tokens_of_family ON tokens (family, pair);

-- One sign-in: the newest pair, and whether the client has shown that it holds it.
CREATE TABLE families (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users,
  pair INTEGER NOT NULL,
  pair_used INTEGER NOT NULL,
  revoked INTEGER NOT NULL DEFAULT 0
) STRICT;
`;

/** The tables of the core and of every feature, in the order of their references. */
export const LEDGER_SCHEMA = [
  CORE_SCHEMA,
  NUMBERS_SCHEMA,
  CALLS_SCHEMA,
  ACCOUNT_SCHEMA,
  AUDIT_SCHEMA,
  COMMERCE_SCHEMA,
  CREDIT_SCHEMA,
  METERS_SCHEMA,
  PLAN_SCHEMA,
  ORDER_SCHEMA,
  ADDRESSES_SCHEMA,
  TOP_UP_SCHEMA,
  ALERTS_SCHEMA,
  METERED_SCHEMA,
].join('\n');
