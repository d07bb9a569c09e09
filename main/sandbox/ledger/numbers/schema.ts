/**
 * Numbers of the account and what surrounds them. `state` is the number's own; that a renewal is near, a request to
 * give it up is open or the account is blocked is worked out when it is read.
 */
export const NUMBERS_SCHEMA = `
CREATE TABLE numbers (
  number TEXT PRIMARY KEY,
  label TEXT NOT NULL,
  country TEXT NOT NULL,
  type TEXT NOT NULL,
  area_code TEXT,
  region TEXT,
  city TEXT,
  capabilities TEXT NOT NULL,
  state TEXT NOT NULL,
  -- It rings and may be shown as caller ID; written with the state alone.
  in_service INTEGER NOT NULL,
  emergency TEXT NOT NULL,
  is_default INTEGER NOT NULL,
  user_id TEXT NOT NULL REFERENCES users,
  monthly INTEGER NOT NULL,
  -- The charge it was bought with; NULL = it came with the account.
  charge_id TEXT,
  purchased_at INTEGER NOT NULL,
  -- POL-13: day of the month it renews on where the month has it.
  anchor_day INTEGER NOT NULL,
  -- NULL once it was given up.
  renews_at INTEGER,
  -- How often a renewal was paid: the name of the next one.
  renewals_paid INTEGER NOT NULL DEFAULT 0,
  -- How often the one that is due was refused: every try has a name of its own.
  renewal_tries INTEGER NOT NULL DEFAULT 0,
  -- VTC-30: support lets it live so long without money.
  extended_until INTEGER,
  grace_until INTEGER,
  suspended_until INTEGER,
  reclaim_until INTEGER,
  aging_until INTEGER,
  released_reason TEXT,
  last_used_at INTEGER,
  forward_to TEXT,
  forward_when TEXT,
  cnam TEXT,
  cnam_state TEXT,
  requirement TEXT,
  requirement_state TEXT,
  requirement_reason TEXT,
  requirement_due_at INTEGER,
  request_state TEXT,
  requested_at INTEGER,
  request_detail TEXT
) STRICT;
CREATE UNIQUE INDEX numbers_default ON numbers (is_default) WHERE is_default = 1;
CREATE INDEX numbers_of_user ON numbers (user_id);

-- What time will do to a number: one row a kind, gone when it happened.
CREATE TABLE number_timers (
  number TEXT NOT NULL REFERENCES numbers ON DELETE CASCADE,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (number, kind)
) STRICT;
CREATE INDEX number_timers_at ON number_timers (at);

-- EXT-24. The newest hold of a number is the one that counts, while it runs.
CREATE TABLE number_holds (
  id TEXT PRIMARY KEY,
  number TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX number_holds_number ON number_holds (number, expires_at);

-- Where the market differs from what it was made with: somebody else took a number, or gave one back.
CREATE TABLE number_market (number TEXT PRIMARY KEY, taken INTEGER NOT NULL) STRICT;

-- EXT-31. Numbers on their way in from another provider.
CREATE TABLE number_ports (
  id TEXT PRIMARY KEY,
  number TEXT NOT NULL UNIQUE,
  carrier TEXT NOT NULL,
  state TEXT NOT NULL,
  detail TEXT NOT NULL,
  documents TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expected_at INTEGER
) STRICT;
`;
