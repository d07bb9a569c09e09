/** Every addition to the balance that was tried, whoever began it: what the cap counts and the history tells. */
export const TOP_UP_SCHEMA = `
CREATE TABLE top_ups (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  charge_id TEXT NOT NULL UNIQUE REFERENCES charges (id),
  origin TEXT NOT NULL CHECK (origin IN ('threshold', 'enabling', 'first_use', 'scheduled', 'manual')),
  -- 'void' = nothing was tried: the price had to be accepted again.
  state TEXT NOT NULL CHECK (state IN ('open', 'done', 'failed', 'void')),
  -- The credit, without taxes (F-16).
  amount INTEGER NOT NULL,
  -- When it was begun: the balance, and the threshold it fell to.
  balance_before INTEGER NOT NULL,
  threshold INTEGER NOT NULL,
  at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX top_ups_at ON top_ups (at);
`;
