-- What AWS last said of the trails of an account on offer.
CREATE TABLE "trail_health" (
    "accountId" TEXT NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "readAt" TIMESTAMPTZ(3),
    "failure" TEXT,
    "trails" JSONB NOT NULL DEFAULT '[]',
    "regionsDueAt" TIMESTAMPTZ(3) NOT NULL,
    "regionsFailure" TEXT,

    CONSTRAINT "trail_health_pkey" PRIMARY KEY ("accountId")
);
ALTER TABLE "trail_health" ADD CONSTRAINT "trail_health_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE INDEX "trail_health_dueAt_idx" ON "trail_health"("dueAt");
CREATE INDEX "trail_health_regionsDueAt_idx" ON "trail_health"("regionsDueAt");
