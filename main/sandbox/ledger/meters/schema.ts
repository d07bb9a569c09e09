/** What was provisioned from when to when: devices and trunks (SCS-04, SCS-06). */
export const METERS_SCHEMA = `
CREATE TABLE meter_spans (
  meter TEXT NOT NULL CHECK (meter IN ('devices', 'trunks')),
  -- The device, or the place of the trunk.
  subject TEXT NOT NULL,
  -- UTC ms, [from, to); NULL = still there.
  from_at INTEGER NOT NULL,
  to_at INTEGER
) STRICT;
CREATE INDEX meter_spans_by_time ON meter_spans (meter, from_at);
CREATE UNIQUE INDEX meter_spans_open ON meter_spans (meter, subject) WHERE to_at IS NULL;
`;
