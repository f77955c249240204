-- PRODUCT rule 2, without a way round it through other states: what was ever active has its end, and an end is for good.
-- That leases stop at the grant's end is the work of their session policy; AWS mints nothing shorter than 900 s.
CREATE OR REPLACE FUNCTION refuse_later_expiry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.state IN ('active', 'ending', 'ended') OR OLD."activatedAt" IS NOT NULL) AND (NEW."endsAt" IS NULL OR NEW."endsAt" > OLD."endsAt") THEN
    RAISE EXCEPTION 'expiry of grant % cannot move later', OLD.code USING ERRCODE = 'check_violation';
  END IF;
  IF OLD."activatedAt" IS NOT NULL AND NEW."activatedAt" IS NULL THEN
    RAISE EXCEPTION 'grant % was active', OLD.code USING ERRCODE = 'check_violation';
  END IF;
  IF (OLD.state = 'ended' AND NEW.state <> 'ended') OR (OLD.state = 'ending' AND NEW.state NOT IN ('ending', 'ended')) THEN
    RAISE EXCEPTION 'grant % ended', OLD.code USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

-- The application reads which migrations ran and never rewrites that.
DO $$
BEGIN
  IF to_regclass('public._prisma_migrations') IS NOT NULL THEN
    REVOKE INSERT, UPDATE, DELETE ON _prisma_migrations FROM latchkey_app;
  END IF;
END $$;
