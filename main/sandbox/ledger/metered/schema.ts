/** Services sold apart (TOP-02); a service without a row was never switched on. */
export const METERED_SCHEMA = `
CREATE TABLE metered_services (
  name TEXT PRIMARY KEY,
  enabled INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
`;
