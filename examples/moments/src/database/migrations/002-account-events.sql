-- The events of Proxima that were handled, because each may arrive twice.
CREATE TABLE handled_events (
  id TEXT PRIMARY KEY,
  handled_at TEXT NOT NULL
) STRICT;

-- Users who deleted their account. They can restore it for a week, so their data is only hidden until it is erased.
CREATE TABLE departed_owners (
  owner_id TEXT PRIMARY KEY,
  departed_at TEXT NOT NULL
) STRICT;

-- What anyone can see. Everything is read from here, so no query can forget to hide it.
CREATE VIEW visible_activities AS
SELECT * FROM activities WHERE owner_id NOT IN (SELECT owner_id FROM departed_owners);

CREATE VIEW visible_moments AS
SELECT * FROM moments WHERE owner_id NOT IN (SELECT owner_id FROM departed_owners);
