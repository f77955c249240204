-- A file that is made while nobody waits for it: what it holds, whose it is, and how far it is.
CREATE TABLE "export_job" (
    "id" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "what" JSONB NOT NULL,
    "title" TEXT NOT NULL,
    "fileName" TEXT NOT NULL,
    "contentType" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "claim" INTEGER NOT NULL DEFAULT 0,
    "beatAt" TIMESTAMPTZ(3) NOT NULL,
    "cursor" TEXT,
    "chunks" INTEGER NOT NULL DEFAULT 0,
    "rows" BIGINT NOT NULL DEFAULT 0,
    "estimate" BIGINT,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "restarts" INTEGER NOT NULL DEFAULT 0,
    "sha256" TEXT,
    "error" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3),
    CONSTRAINT "export_job_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "export_job_state" CHECK ("state" IN ('waiting', 'running', 'done', 'failed', 'expired')),
    CONSTRAINT "export_job_personId_fkey" FOREIGN KEY ("personId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "export_job_personId_createdAt_idx" ON "export_job"("personId", "createdAt" DESC);
CREATE INDEX export_job_unfinished ON export_job ("beatAt") WHERE state IN ('waiting', 'running');
CREATE INDEX export_job_expires ON export_job ("expiresAt") WHERE "expiresAt" IS NOT NULL;

-- Its bytes, a megabyte or so at a time, in their order; `start` is the place of the first in the file.
CREATE TABLE "export_chunk" (
    "exportId" UUID NOT NULL,
    "index" INTEGER NOT NULL,
    "start" BIGINT NOT NULL,
    "bytes" BYTEA NOT NULL,
    CONSTRAINT "export_chunk_pkey" PRIMARY KEY ("exportId", "index"),
    CONSTRAINT "export_chunk_exportId_fkey" FOREIGN KEY ("exportId") REFERENCES "export_job"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
-- A ZIP does not get smaller by being compressed again.
ALTER TABLE export_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- What was settled in a period, for its evidence.
CREATE INDEX request_settled_any ON request ("settledAt") WHERE "settledAt" IS NOT NULL;
CREATE INDEX request_created ON request ("createdAt");
