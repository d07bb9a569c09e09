/** Addresses, what is registered for emergency calls, and where people say they are. */
export const ADDRESSES_SCHEMA = `
CREATE TABLE addresses (
  id TEXT PRIMARY KEY,
  purpose TEXT NOT NULL CHECK (purpose IN ('business', 'emergency', 'location')),
  -- As it was typed, and as the postal service writes it; NULL = it knows none. JSON of AddressLines.
  entered TEXT NOT NULL,
  located TEXT,
  outcome TEXT NOT NULL CHECK (outcome IN ('exact', 'corrected', 'not_found')),
  state TEXT NOT NULL CHECK (state IN ('suggestion', 'valid', 'failed')),
  -- Which form counts, once somebody has picked.
  chosen TEXT CHECK (chosen IN ('entered', 'located')),
  -- JSON of AddressProblem[].
  problems TEXT NOT NULL,
  -- SIPUS-30: the verified address of the business; at most one.
  is_business INTEGER NOT NULL DEFAULT 0,
  user_id TEXT NOT NULL REFERENCES users,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((state = 'valid') = (chosen IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX addresses_business ON addresses (is_business) WHERE is_business = 1;

-- EXT-27. One a number, gone with it. The state is also that of the number.
CREATE TABLE emergency_registrations (
  number TEXT PRIMARY KEY,
  address_id TEXT NOT NULL REFERENCES addresses (id),
  floor TEXT,
  room TEXT,
  state TEXT NOT NULL CHECK (state IN ('suggestion', 'registering', 'registered', 'failed', 'removing')),
  reason TEXT,
  since INTEGER NOT NULL,
  -- When the emergency services have answered; NULL = nothing is under way.
  moves_at INTEGER
) STRICT;

-- EXT-28. Where a person says this device is.
CREATE TABLE emergency_locations (
  user_id TEXT NOT NULL REFERENCES users,
  instance_id TEXT NOT NULL,
  address_id TEXT NOT NULL REFERENCES addresses (id),
  floor TEXT,
  room TEXT,
  confirmed_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, instance_id)
) STRICT;
`;
