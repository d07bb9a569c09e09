/** Where a new customer stands, the one initial order, and what it still covers. */
export const ORDER_SCHEMA = `
-- One row, where the provider has an onboarding at all.
CREATE TABLE onboarding (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  state TEXT NOT NULL CHECK (state IN ('applied', 'vetting', 'full_no_order', 'active')),
  since INTEGER NOT NULL,
  -- When waiting ends by itself; NULL = it does not.
  goes_on_at INTEGER,
  -- Why the account was sent back to vetting; NULL = it never was.
  reason TEXT
) STRICT;

-- The order as far as it was filled in: one for the account, whichever device wrote it last.
CREATE TABLE order_draft (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  content TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users,
  at INTEGER NOT NULL
) STRICT;

-- There is never a second one.
CREATE TABLE initial_order (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  id TEXT NOT NULL UNIQUE,
  charge_id TEXT NOT NULL UNIQUE REFERENCES charges (id),
  user_id TEXT NOT NULL REFERENCES users,
  request TEXT NOT NULL,
  placed_at INTEGER NOT NULL
) STRICT;

-- SIPUS-20: who read which notice, when first.
CREATE TABLE acknowledgements (
  notice TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users,
  at INTEGER NOT NULL
) STRICT;

-- SIPUS-41: one row for each number that is paid for and may be chosen; it can be used once.
CREATE TABLE entitlements (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  type TEXT NOT NULL,
  number TEXT,
  used_at INTEGER,
  CHECK ((number IS NULL) = (used_at IS NULL))
) STRICT;
CREATE INDEX entitlements_open ON entitlements (type, seq) WHERE number IS NULL;
`;
