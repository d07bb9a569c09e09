/** What people were told about the balance, who has seen it, and the outbox of what would leave a real provider. */
export const ALERTS_SCHEMA = `
CREATE TABLE alerts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  -- A reminder: nothing new happened.
  repeated INTEGER NOT NULL,
  reasons TEXT NOT NULL,
  balance INTEGER NOT NULL,
  -- What calls cost in an hour, of late; NULL where it does not matter.
  burn_per_hour INTEGER,
  text TEXT NOT NULL,
  -- When the balance was above every level again.
  resolved_at INTEGER
) STRICT;
CREATE INDEX alerts_open ON alerts (seq) WHERE resolved_at IS NULL;

CREATE TABLE alerts_seen (
  alert_id TEXT NOT NULL REFERENCES alerts (id),
  user_id TEXT NOT NULL REFERENCES users,
  at INTEGER NOT NULL,
  PRIMARY KEY (alert_id, user_id)
) STRICT;

-- Nothing leaves this machine: this is where it would have left from.
CREATE TABLE messages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('alert', 'receipt')),
  alert_id TEXT REFERENCES alerts (id),
  charge_id TEXT,
  channel TEXT NOT NULL CHECK (channel IN ('mail', 'sms', 'webhook')),
  recipient TEXT NOT NULL,
  body TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_of_alert ON messages (alert_id);
-- One receipt a charge for each address, whatever happens.
CREATE UNIQUE INDEX receipts ON messages (charge_id, recipient) WHERE kind = 'receipt';
`;
