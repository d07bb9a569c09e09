/**
 * Quotes, charges and ways to pay. The tables `network_*` are the card network's own: a system outside, kept in this file
 * for want of another place; no transaction of ours writes them.
 */
export const COMMERCE_SCHEMA = `
CREATE TABLE quotes (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users,
  kind TEXT NOT NULL,
  request TEXT NOT NULL,
  draft TEXT NOT NULL,
  lines TEXT NOT NULL,
  price_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE charges (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  -- Whose idempotency keys it is under: a user, or '@automatic'.
  owner TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  kind TEXT NOT NULL,
  origin TEXT NOT NULL,
  state TEXT NOT NULL,
  -- What is to be done next with the card network; 'wait' until next_ask_at, 'none' = nothing any more.
  step TEXT NOT NULL CHECK (step IN ('authorise', 'wait', 'ask', 'capture', 'release', 'none')),
  quote_id TEXT REFERENCES quotes (id),
  new_quote_id TEXT REFERENCES quotes (id),
  method_id TEXT,
  -- The one-time token of a hosted payment; NULL where a stored method pays.
  token TEXT,
  -- Methods still to be tried after this one, as JSON.
  backups TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  -- The person is there to confirm with the bank.
  on_session INTEGER NOT NULL,
  card INTEGER NOT NULL,
  balance INTEGER NOT NULL,
  statement INTEGER NOT NULL,
  lines TEXT NOT NULL,
  decline TEXT,
  action_token TEXT,
  next_ask_at INTEGER,
  summary TEXT NOT NULL,
  description TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (owner, key)
) STRICT;
CREATE INDEX charges_to_do ON charges (seq) WHERE step <> 'none';
-- A quote is executed once; one that was declined may be tried again.
CREATE UNIQUE INDEX charges_of_quote ON charges (quote_id)
  WHERE quote_id IS NOT NULL AND state IN ('pending', 'action_required', 'done', 'partial');

-- What the next statement will ask for; a statement takes the lines whose statement_id is still NULL.
CREATE TABLE statement_lines (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  charge_id TEXT NOT NULL REFERENCES charges (id),
  line_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  item TEXT NOT NULL,
  description TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  unit_price INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  recurring TEXT NOT NULL,
  subject TEXT,
  at INTEGER NOT NULL,
  statement_id TEXT,
  UNIQUE (charge_id, line_id)
) STRICT;

CREATE TABLE payment_methods (
  id TEXT PRIMARY KEY,
  -- What the card network knows it by; no number of a card or an account is ever here.
  token TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('card', 'bank_debit')),
  brand TEXT NOT NULL,
  last4 TEXT NOT NULL,
  exp_month INTEGER,
  exp_year INTEGER,
  state TEXT NOT NULL CHECK (state IN ('active', 'verifying', 'suspended', 'failed')),
  -- Order of use; the first active one is the default.
  position INTEGER NOT NULL,
  verify_attempts INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE payment_sessions (
  id TEXT PRIMARY KEY,
  -- Hash of the secret in the page's address.
  secret_hash TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users,
  purpose TEXT NOT NULL CHECK (purpose IN ('store', 'pay')),
  quote_id TEXT REFERENCES quotes (id),
  price_hash TEXT,
  return_url TEXT,
  state TEXT NOT NULL CHECK (state IN ('open', 'completed', 'cancelled')),
  method_id TEXT,
  charge_id TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE network_vault (
  token TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  brand TEXT NOT NULL,
  last4 TEXT NOT NULL,
  exp_month INTEGER,
  exp_year INTEGER,
  behaviour TEXT NOT NULL
) STRICT;

CREATE TABLE network_payments (
  reference TEXT PRIMARY KEY,
  token TEXT NOT NULL,
  amount INTEGER NOT NULL,
  captured INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK (state IN ('approved', 'declined', 'action', 'waiting', 'captured', 'released')),
  decline TEXT,
  -- What a wait ends in, when it ends.
  settles_as TEXT,
  settles_at INTEGER,
  action_token TEXT UNIQUE,
  created_at INTEGER NOT NULL
) STRICT;
`;
