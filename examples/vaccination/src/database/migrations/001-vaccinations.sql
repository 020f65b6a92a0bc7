-- People who have registered. Of the national id, only a keyed digest is here.
-- When the account in Proxima is deleted, account_id and national_id_digest become NULL, and no one knows who it was.
CREATE TABLE IF NOT EXISTS people (
  id VARCHAR(36) PRIMARY KEY,
  account_id VARCHAR(36) UNIQUE,
  national_id_digest VARCHAR(64) UNIQUE,
  registered_at VARCHAR(24) NOT NULL,
  anonymised_at VARCHAR(24),
  -- Each transaction about a person begins by changing this number, so that the second one waits for the first.
  turns INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS centres (
  id VARCHAR(36) PRIMARY KEY,
  name VARCHAR(200) NOT NULL,
  address VARCHAR(500) NOT NULL
);

-- A day on which a centre is open. The check holds whatever the program does.
CREATE TABLE IF NOT EXISTS openings (
  centre_id VARCHAR(36) NOT NULL,
  day VARCHAR(10) NOT NULL,
  places_total INTEGER NOT NULL,
  places_taken INTEGER NOT NULL,
  PRIMARY KEY (centre_id, day),
  FOREIGN KEY (centre_id) REFERENCES centres (id),
  CHECK (places_taken >= 0 AND places_taken <= places_total)
);

-- Appointments that are still open. The key says that a person has at most one.
CREATE TABLE IF NOT EXISTS bookings (
  person_id VARCHAR(36) PRIMARY KEY,
  centre_id VARCHAR(36) NOT NULL,
  day VARCHAR(10) NOT NULL,
  booked_at VARCHAR(24) NOT NULL,
  FOREIGN KEY (person_id) REFERENCES people (id),
  FOREIGN KEY (centre_id, day) REFERENCES openings (centre_id, day)
);

CREATE TABLE IF NOT EXISTS doses (
  id VARCHAR(36) PRIMARY KEY,
  person_id VARCHAR(36) NOT NULL,
  dose_number INTEGER NOT NULL,
  vaccine VARCHAR(100) NOT NULL,
  lot VARCHAR(100) NOT NULL,
  centre_id VARCHAR(36) NOT NULL,
  day VARCHAR(10) NOT NULL,
  -- The account of the member of staff. NULL once it is deleted.
  recorded_by VARCHAR(36),
  recorded_at VARCHAR(24) NOT NULL,
  UNIQUE (person_id, dose_number),
  FOREIGN KEY (person_id) REFERENCES people (id),
  FOREIGN KEY (centre_id) REFERENCES centres (id)
);

-- The events of Proxima that were handled, because each may arrive twice.
CREATE TABLE IF NOT EXISTS handled_events (
  id VARCHAR(100) PRIMARY KEY,
  handled_at VARCHAR(24) NOT NULL
);
