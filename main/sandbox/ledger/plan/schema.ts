/** Statements: what is paid once a month, apart from the prepaid balance (SIPUS-27). */
export const PLAN_SCHEMA = `
CREATE TABLE statements (
  id TEXT PRIMARY KEY,
  -- UTC ms, [from, to).
  period_from INTEGER NOT NULL,
  period_to INTEGER NOT NULL UNIQUE,
  -- The zone its days are of: a later change of the account's zone moves no statement.
  time_zone TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  total INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'paid')),
  paid_at INTEGER,
  charge_id TEXT
) STRICT;

CREATE TABLE statement_rows (
  statement_id TEXT NOT NULL REFERENCES statements,
  place INTEGER NOT NULL,
  kind TEXT NOT NULL,
  item TEXT NOT NULL,
  description TEXT NOT NULL,
  quantity INTEGER NOT NULL,
  unit_price INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  subject TEXT,
  charge_id TEXT,
  PRIMARY KEY (statement_id, place)
) STRICT;

-- Money that came in during the period. Told on one statement only, and no part of its total (TOP-18).
CREATE TABLE statement_payments (
  usage_id TEXT PRIMARY KEY REFERENCES usage (id),
  statement_id TEXT NOT NULL REFERENCES statements,
  description TEXT NOT NULL
) STRICT;
CREATE INDEX payments_of_statement ON statement_payments (statement_id);

-- Transactions are asked for by day.
CREATE INDEX postings_by_time ON postings (at);
`;
