-- A change of the catalogue, and who else agreed to what it widens.
CREATE TYPE "CatalogChangeState" AS ENUM ('proposed', 'applied', 'rejected', 'withdrawn', 'superseded');
CREATE TABLE "catalog_change" (
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,
    "baseHash" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "proposerId" UUID,
    "reason" TEXT,
    "widenings" TEXT[],
    "others" TEXT[],
    "state" "CatalogChangeState" NOT NULL DEFAULT 'proposed',
    "deciderId" UUID,
    "decisionReason" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "settledAt" TIMESTAMPTZ(3),

    CONSTRAINT "catalog_change_pkey" PRIMARY KEY ("id"),
    CONSTRAINT catalog_change_subject CHECK ("subject" IN ('profile', 'account') AND "source" IN ('page', 'file', 'cli') AND ("source" = 'page') = ("proposerId" IS NOT NULL)),
    CONSTRAINT catalog_change_settled CHECK ((state = 'proposed') = ("settledAt" IS NULL)),
    -- What widens is applied by somebody else than who proposed it, and by somebody.
    CONSTRAINT catalog_change_second_person CHECK (state <> 'applied' OR cardinality("widenings") = 0 OR ("deciderId" IS NOT NULL AND "deciderId" IS DISTINCT FROM "proposerId"))
);
CREATE UNIQUE INDEX "catalog_change_code_key" ON "catalog_change"("code");
CREATE INDEX "catalog_change_state_createdAt_id_idx" ON "catalog_change"("state", "createdAt" DESC, "id" DESC);
CREATE INDEX "catalog_change_subject_subjectId_createdAt_idx" ON "catalog_change"("subject", "subjectId", "createdAt" DESC);
ALTER TABLE "catalog_change" ADD CONSTRAINT "catalog_change_proposerId_fkey" FOREIGN KEY ("proposerId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "catalog_change" ADD CONSTRAINT "catalog_change_deciderId_fkey" FOREIGN KEY ("deciderId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
REVOKE DELETE, TRUNCATE ON "catalog_change" FROM latchkey_app;

CREATE TABLE "catalog_file_entry" (
    "subject" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "catalog_file_entry_pkey" PRIMARY KEY ("subject", "subjectId")
);
