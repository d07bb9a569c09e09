/** What a person sets for themselves, and what the owner sets for them beside role and grants. */
export const ACCOUNT_SCHEMA = `
CREATE TABLE person_settings (
  user_id TEXT PRIMARY KEY REFERENCES users,
  -- NULL = the one every sandbox starts with.
  password_hash TEXT,
  password_changed_at INTEGER,
  -- NULL = as the account has it.
  time_zone TEXT,
  language TEXT,
  color_blind_mode INTEGER NOT NULL DEFAULT 0,
  -- What the person may spend in a month; NULL = no limit.
  spend_limit INTEGER,
  -- An e-mail address that waits to be confirmed by the old one and by itself.
  email_change TEXT
) STRICT;

-- Mail that would have left the building.
CREATE TABLE mails (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
`;
