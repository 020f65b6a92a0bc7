-- What users do again and again, such as running.
CREATE TABLE activities (
  id TEXT PRIMARY KEY,
  -- The id of the account in Proxima. A username or an email address can change owners; this never does.
  owner_id TEXT NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  UNIQUE (id, owner_id)
) STRICT;

CREATE INDEX activities_by_owner ON activities (owner_id, created_at, id);
CREATE INDEX activities_by_time ON activities (created_at, id);

-- One time that a user did an activity. With the key of two columns, no moment can belong to the activity of another
-- user, whatever the program does.
CREATE TABLE moments (
  id TEXT PRIMARY KEY,
  activity_id TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  note TEXT,
  happened_at TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  FOREIGN KEY (activity_id, owner_id) REFERENCES activities (id, owner_id) ON DELETE CASCADE
) STRICT;

CREATE INDEX moments_by_owner ON moments (owner_id, happened_at, id);
CREATE INDEX moments_by_activity ON moments (activity_id, happened_at, id);
CREATE INDEX moments_by_time ON moments (happened_at, id);
