-- The application works as a member of latchkey_app: it reads and writes rows, and never changes the schema.
-- On the record it may only insert and read. Migrations run as the database's owner.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'latchkey_app') THEN
    CREATE ROLE latchkey_app NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO latchkey_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO latchkey_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO latchkey_app;

REVOKE UPDATE, DELETE, TRUNCATE ON record_entry, record_seal, record_checkpoint FROM latchkey_app;
-- Commitments may be deleted (a person can be forgotten) but not rewritten.
REVOKE UPDATE, TRUNCATE ON record_commitment FROM latchkey_app;

-- What can be guaranteed by the database itself, is.
ALTER TABLE "request" ADD CONSTRAINT request_duration_positive CHECK ("durationMinutes" BETWEEN 1 AND 10080);
ALTER TABLE "grant" ADD CONSTRAINT grant_active_has_end CHECK (state IN ('scheduled', 'failed') OR "endsAt" IS NOT NULL);
ALTER TABLE "lease" ADD CONSTRAINT lease_minted_has_key CHECK (state <> 'minted' OR ("accessKeyId" IS NOT NULL AND "expiresAt" IS NOT NULL));

-- PRODUCT rule 1: nobody decides their own request.
CREATE FUNCTION refuse_own_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM request r WHERE r.id = NEW."requestId" AND r."personId" = NEW."personId") THEN
    RAISE EXCEPTION 'a person cannot decide their own request' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER decision_not_own BEFORE INSERT OR UPDATE ON decision FOR EACH ROW EXECUTE FUNCTION refuse_own_decision();

-- PRODUCT rule 2: expiry never moves later, and a lease never outlives its grant.
CREATE FUNCTION refuse_later_expiry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state IN ('active', 'ending', 'ended') AND (NEW."endsAt" IS NULL OR NEW."endsAt" > OLD."endsAt") THEN
    RAISE EXCEPTION 'expiry of grant % cannot move later', OLD.code USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grant_never_later BEFORE UPDATE ON "grant" FOR EACH ROW EXECUTE FUNCTION refuse_later_expiry();

-- One pending request a person and profile, also when two tabs send at once.
CREATE UNIQUE INDEX request_one_pending ON "request" ("personId", "profileId") WHERE state = 'pending';
