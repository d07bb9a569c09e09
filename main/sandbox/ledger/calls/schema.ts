/** Calls in progress, what a day of calling came to, and how the balance stands in the way of calling. */
export const CALLS_SCHEMA = `
CREATE TABLE legs (
  id TEXT PRIMARY KEY,
  sip_call_id TEXT NOT NULL,
  leg TEXT NOT NULL,
  direction TEXT NOT NULL,
  user_id TEXT,
  device_id TEXT,
  from_party TEXT NOT NULL,
  to_party TEXT NOT NULL,
  emergency INTEGER NOT NULL,
  on_net INTEGER NOT NULL,
  forwarded INTEGER NOT NULL,
  -- NULL = not rated: emergency, or a number no price is known for.
  rate_id INTEGER REFERENCES rates,
  -- What the seconds are rated at: the deck's price when the leg was admitted, or that of a burst.
  per_minute INTEGER NOT NULL,
  metered INTEGER NOT NULL,
  holds_channel INTEGER NOT NULL,
  -- How a leg beyond the channels was let through; it keeps its price when a channel frees.
  beyond_channels TEXT CHECK (beyond_channels IN ('per_minute', 'burst')),
  -- What was answered, not what was offered.
  media TEXT NOT NULL,
  codec TEXT,
  started_at INTEGER NOT NULL,
  answered_at INTEGER,
  ended_at INTEGER,
  sip_code INTEGER,
  cause TEXT,
  usage_id TEXT
) STRICT;
CREATE INDEX legs_live ON legs (started_at) WHERE ended_at IS NULL;

-- One row a day of the account's zone with a call in it.
CREATE TABLE call_days (
  day TEXT PRIMARY KEY,
  -- Most channels held at once, by the direction of their legs, and together.
  peak_inbound INTEGER NOT NULL DEFAULT 0,
  peak_outbound INTEGER NOT NULL DEFAULT 0,
  peak INTEGER NOT NULL DEFAULT 0,
  -- Legs refused for lack of a channel (EXT-42).
  no_channel INTEGER NOT NULL DEFAULT 0,
  -- What the outgoing calls that ended that day cost (EXT-12).
  spent INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One row. account.frozen says whether; this says why and what comes.
CREATE TABLE calling (
  negative_since INTEGER,
  frozen_at INTEGER,
  frozen_by TEXT CHECK (frozen_by IN ('balance', 'provider')),
  thaws_at INTEGER
) STRICT;
INSERT INTO calling DEFAULT VALUES;

-- Rows of a month whose seconds are not yet summed (POL-07 per_period).
CREATE INDEX usage_pending ON usage (time) WHERE price_state = 'price_pending';
`;
