-- One vendor's role: its external id, whom it is to let in, and what AWS is known to hold.
CREATE TABLE "vendor_role" (
    "roleArn" TEXT NOT NULL,
    "externalId" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 0,
    "openSince" TIMESTAMPTZ(3),
    "closedFrom" TIMESTAMPTZ(3),
    "touchedAt" TIMESTAMPTZ(3),
    "quietFrom" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "failureCode" TEXT,
    "failureMessage" TEXT,

    CONSTRAINT "vendor_role_pkey" PRIMARY KEY ("roleArn"),
    CONSTRAINT vendor_role_open_or_closed CHECK ("openSince" IS NULL OR "closedFrom" IS NULL)
);
CREATE INDEX "vendor_role_nextAttemptAt_idx" ON "vendor_role"("nextAttemptAt");

-- What came of a grant on a vendor's role in AWS, each fact with its time.
CREATE TABLE "vendor_access" (
    "grantId" UUID NOT NULL,
    "roleArn" TEXT NOT NULL,
    "openedAt" TIMESTAMPTZ(3),
    "openUntil" TIMESTAMPTZ(3),
    "closedAt" TIMESTAMPTZ(3),
    "deniedAt" TIMESTAMPTZ(3),
    "lastSessionDiesAt" TIMESTAMPTZ(3),
    "sharedWithId" UUID,

    CONSTRAINT "vendor_access_pkey" PRIMARY KEY ("grantId")
);
CREATE INDEX "vendor_access_roleArn_closedAt_idx" ON "vendor_access"("roleArn", "closedAt");
ALTER TABLE "vendor_access" ADD CONSTRAINT "vendor_access_roleArn_fkey" FOREIGN KEY ("roleArn") REFERENCES "vendor_role"("roleArn") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "vendor_access" ADD CONSTRAINT "vendor_access_grantId_fkey" FOREIGN KEY ("grantId") REFERENCES "grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "vendor_access" ADD CONSTRAINT "vendor_access_sharedWithId_fkey" FOREIGN KEY ("sharedWithId") REFERENCES "grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Obligations and external ids are kept: a vendor that was told one must not meet another.
REVOKE DELETE, TRUNCATE ON "vendor_role", "vendor_access" FROM latchkey_app;
CREATE FUNCTION refuse_other_external_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."externalId" <> OLD."externalId" THEN
    RAISE EXCEPTION 'the external id of % does not change', OLD."roleArn" USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vendor_external_id_stays BEFORE UPDATE ON "vendor_role" FOR EACH ROW EXECUTE FUNCTION refuse_other_external_id();
