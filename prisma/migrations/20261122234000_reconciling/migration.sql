-- When each role of the catalogue and of grants was last compared with the record.
CREATE TABLE "role_check" (
    "roleArn" TEXT NOT NULL,
    "triedAt" TIMESTAMPTZ(3),
    "checkedAt" TIMESTAMPTZ(3),
    "failure" TEXT,

    CONSTRAINT "role_check_pkey" PRIMARY KEY ("roleArn")
);
CREATE INDEX "role_check_triedAt_idx" ON "role_check"("triedAt");

-- What AWS has under the portal's names and the record knows nothing of.
CREATE TABLE "outside_record" (
    "key" TEXT NOT NULL,
    "roleArn" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "firstSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "goneAt" TIMESTAMPTZ(3),

    CONSTRAINT "outside_record_pkey" PRIMARY KEY ("key")
);
CREATE INDEX "outside_record_roleArn_goneAt_idx" ON "outside_record"("roleArn", "goneAt");
CREATE INDEX "outside_record_goneAt_firstSeenAt_idx" ON "outside_record"("goneAt", "firstSeenAt");
CREATE INDEX "grant_roleArn_idx" ON "grant"("roleArn");
