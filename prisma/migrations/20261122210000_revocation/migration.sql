-- What cuts off the credentials of a grant that ended early: written with the end, before AWS is asked.
CREATE TYPE "RevocationState" AS ENUM ('wanted', 'written', 'confirmed', 'unconfirmed', 'failed');

CREATE TABLE "revocation" (
    "grantId" UUID NOT NULL,
    "roleArn" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "state" "RevocationState" NOT NULL DEFAULT 'wanted',
    "wantedAt" TIMESTAMPTZ(3) NOT NULL,
    "writtenAt" TIMESTAMPTZ(3),
    "confirmedAt" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3) NOT NULL,
    "failureCode" TEXT,
    "failureMessage" TEXT,
    "closedAt" TIMESTAMPTZ(3),

    CONSTRAINT "revocation_pkey" PRIMARY KEY ("grantId"),
    CONSTRAINT revocation_told CHECK (
      (state NOT IN ('written', 'confirmed', 'unconfirmed') OR "writtenAt" IS NOT NULL)
      AND (state = 'confirmed') = ("confirmedAt" IS NOT NULL)
      AND (state <> 'failed' OR "failureCode" IS NOT NULL))
);
CREATE INDEX "revocation_closedAt_nextAttemptAt_idx" ON "revocation"("closedAt", "nextAttemptAt");
ALTER TABLE "revocation" ADD CONSTRAINT "revocation_grantId_fkey" FOREIGN KEY ("grantId") REFERENCES "grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Who of all replicas writes to a role in AWS at this moment.
CREATE TABLE "role_lock" (
    "roleArn" TEXT NOT NULL,
    "heldUntil" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "role_lock_pkey" PRIMARY KEY ("roleArn")
);

-- Once a grant mints nothing more, the moment at which its credentials are dead can only come earlier; at its end it is a fact.
CREATE FUNCTION refuse_later_death() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD."mintingStoppedAt" IS NOT NULL AND OLD."credentialsDeadAt" IS NOT NULL AND NEW."credentialsDeadAt" IS DISTINCT FROM OLD."credentialsDeadAt" THEN
    IF OLD.state = 'ended' OR NEW."credentialsDeadAt" IS NULL OR NEW."credentialsDeadAt" > OLD."credentialsDeadAt" THEN
      RAISE EXCEPTION 'credentials of grant % cannot die later', OLD.code USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER grant_never_dies_later BEFORE UPDATE ON "grant" FOR EACH ROW EXECUTE FUNCTION refuse_later_death();

-- An obligation is closed, never deleted.
REVOKE DELETE, TRUNCATE ON "revocation" FROM latchkey_app;
