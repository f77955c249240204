-- What cuts off everybody in a role: wanted by a person, with a reason, before AWS is asked.
CREATE TABLE "role_cutoff" (
    "id" UUID NOT NULL,
    "roleArn" TEXT NOT NULL,
    "grantId" UUID NOT NULL,
    "cutAt" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "wantedById" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "people" INTEGER NOT NULL,
    "state" "RevocationState" NOT NULL DEFAULT 'wanted',
    "wantedAt" TIMESTAMPTZ(3) NOT NULL,
    "writtenAt" TIMESTAMPTZ(3),
    "confirmedAt" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3) NOT NULL,
    "failureCode" TEXT,
    "failureMessage" TEXT,
    "closedAt" TIMESTAMPTZ(3),

    CONSTRAINT "role_cutoff_pkey" PRIMARY KEY ("id"),
    CONSTRAINT role_cutoff_told CHECK (
      (state NOT IN ('written', 'confirmed', 'unconfirmed') OR "writtenAt" IS NOT NULL)
      AND (state = 'confirmed') = ("confirmedAt" IS NOT NULL)
      AND (state <> 'failed' OR "failureCode" IS NOT NULL)),
    CONSTRAINT role_cutoff_has_reason CHECK (length("reason") >= 3)
);
CREATE UNIQUE INDEX "role_cutoff_roleArn_cutAt_key" ON "role_cutoff"("roleArn", "cutAt");
CREATE INDEX "role_cutoff_closedAt_nextAttemptAt_idx" ON "role_cutoff"("closedAt", "nextAttemptAt");
ALTER TABLE "role_cutoff" ADD CONSTRAINT "role_cutoff_grantId_fkey" FOREIGN KEY ("grantId") REFERENCES "grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "role_cutoff" ADD CONSTRAINT "role_cutoff_wantedById_fkey" FOREIGN KEY ("wantedById") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- An obligation is closed, never deleted.
REVOKE DELETE, TRUNCATE ON "role_cutoff" FROM latchkey_app;
