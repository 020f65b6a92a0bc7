-- What the old front ends ask for: a vaccination, which an administrator approves.
CREATE TABLE IF NOT EXISTS old_requests (
  id {{serial}},
  account_id VARCHAR(36),
  -- The integer id of the user in the old backend.
  user_id INTEGER,
  -- The account while the request waits, then NULL: an account has at most one request that waits.
  waiting_account_id VARCHAR(36) UNIQUE,
  requested_at VARCHAR(24) NOT NULL,
  approved_at VARCHAR(24),
  UNIQUE (account_id, id)
);
