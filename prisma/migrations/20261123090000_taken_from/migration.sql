-- From where the holder took the credentials; null where nobody took them, or the address is not known.
ALTER TABLE lease ADD COLUMN "fromAddress" text;

-- Roles taken on from grants: their sessions have names of their own, by which CloudTrail is asked.
CREATE INDEX trail_event_taken_on ON trail_event ("eventTime") WHERE "eventName" = 'AssumeRole' AND "grantId" IS NOT NULL;
