/** Who changed what (EXT-35). Only ever appended to. */
export const AUDIT_SCHEMA = `
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  -- NULL = the provider itself.
  user_id TEXT,
  -- Whom it was done for, where that is somebody else.
  on_behalf_of TEXT,
  action TEXT NOT NULL,
  subject TEXT,
  before TEXT,
  after TEXT
) STRICT;
CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is final'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is final'); END;
`;
