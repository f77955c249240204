-- A question with its filters, under a name.
CREATE TABLE "saved_view" (
    "id" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "question" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "filters" JSONB NOT NULL,
    "shared" BOOLEAN NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "saved_view_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "saved_view_personId_fkey" FOREIGN KEY ("personId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "saved_view_personId_name_key" ON "saved_view"("personId", "name");
CREATE INDEX saved_view_shared ON saved_view ("createdAt" DESC) WHERE shared;

-- What ran within some days, and the rows of each report in their order.
CREATE INDEX grant_ran ON "grant" USING gist (tstzrange("activatedAt", greatest("activatedAt", coalesce("mintingStoppedAt", "endsAt")), '[]')) WHERE "activatedAt" IS NOT NULL;
CREATE INDEX grant_activated ON "grant" ("activatedAt" DESC, id DESC) WHERE "activatedAt" IS NOT NULL;
CREATE INDEX grant_account_activated ON "grant" ("accountId", "activatedAt" DESC, id DESC) WHERE "activatedAt" IS NOT NULL;
CREATE INDEX request_settled ON request ("settledAt" DESC, id DESC) WHERE state IN ('approved', 'denied', 'lapsed');
CREATE INDEX request_refused ON request ("settledAt" DESC, id DESC) WHERE state IN ('denied', 'lapsed');
CREATE INDEX request_emergency ON request ("createdAt" DESC, id DESC) WHERE "incidentReference" IS NOT NULL;
CREATE INDEX decision_decided ON decision ("decidedAt" DESC, id DESC);
CREATE INDEX session_outside ON session ("firstEventAt" DESC, id DESC) WHERE "grantId" IS NULL;
CREATE INDEX catalog_change_created ON catalog_change ("createdAt" DESC, id DESC);
