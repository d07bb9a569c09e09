/** Free credit: one lot a grant, and what was taken from each by which row. Paid money is the rest of the balance. */
export const CREDIT_SCHEMA = `
CREATE TABLE credit_lots (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('trial', 'monthly', 'promotion')),
  -- The row that booked the grant.
  usage_id TEXT NOT NULL REFERENCES usage (id),
  granted INTEGER NOT NULL CHECK (granted > 0),
  remaining INTEGER NOT NULL CHECK (remaining >= 0 AND remaining <= granted),
  granted_at INTEGER NOT NULL,
  expires_at INTEGER
) STRICT;
CREATE INDEX credit_lots_left ON credit_lots (expires_at, seq) WHERE remaining > 0;

-- Negative = taken from the lot, positive = given back by a correction.
CREATE TABLE lot_movements (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  lot_id TEXT NOT NULL REFERENCES credit_lots (id),
  usage_id TEXT NOT NULL REFERENCES usage (id),
  amount INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX lot_movements_of_usage ON lot_movements (usage_id);
`;
