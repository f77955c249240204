-- What must not be forgotten for now: a person's data, or everybody's.
CREATE TABLE "legal_hold" (
    "id" UUID NOT NULL,
    "personId" UUID,
    "reason" TEXT NOT NULL,
    "placedById" UUID NOT NULL,
    "placedAt" TIMESTAMPTZ(3) NOT NULL,
    "releasedById" UUID,
    "releasedAt" TIMESTAMPTZ(3),
    CONSTRAINT "legal_hold_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "legal_hold_personId_fkey" FOREIGN KEY ("personId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "legal_hold_placedById_fkey" FOREIGN KEY ("placedById") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "legal_hold_releasedById_fkey" FOREIGN KEY ("releasedById") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX legal_hold_in_force ON legal_hold ("personId") WHERE "releasedAt" IS NULL;

-- That and why personal data is gone; what it was is not here.
CREATE TABLE "forgetting" (
    "id" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "wantedById" UUID NOT NULL,
    "forgottenAt" TIMESTAMPTZ(3) NOT NULL,
    "values" INTEGER NOT NULL,
    CONSTRAINT "forgetting_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "forgetting_personId_fkey" FOREIGN KEY ("personId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "forgetting_wantedById_fkey" FOREIGN KEY ("wantedById") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "forgetting_personId_key" ON "forgetting"("personId");
CREATE INDEX "forgetting_forgottenAt_idx" ON "forgetting"("forgottenAt" DESC);
REVOKE UPDATE, DELETE, TRUNCATE ON forgetting FROM latchkey_app;

-- How far retention has come with each kind of entry.
CREATE TABLE "retention_reach" (
    "kind" TEXT NOT NULL,
    "occurredAt" TIMESTAMPTZ(3) NOT NULL,
    "entryId" UUID NOT NULL,
    CONSTRAINT "retention_reach_pkey" PRIMARY KEY ("kind")
);
