-- Keys of the record may change: each hands over to the next with both signatures.
CREATE TABLE "record_succession" (
    "id" UUID NOT NULL,
    "previousKeyId" TEXT NOT NULL,
    "nextKeyId" TEXT NOT NULL,
    "signedAt" TIMESTAMPTZ(3) NOT NULL,
    "statement" JSONB NOT NULL,
    CONSTRAINT "record_succession_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "record_succession_previousKeyId_key" ON "record_succession"("previousKeyId");
REVOKE UPDATE, DELETE, TRUNCATE ON record_succession FROM latchkey_app;

CREATE TABLE "record_place" (
    "place" TEXT NOT NULL,
    "sequence" BIGINT NOT NULL DEFAULT 0,
    "reference" TEXT,
    "lastSuccessAt" TIMESTAMPTZ(3),
    CONSTRAINT "record_place_pkey" PRIMARY KEY ("place")
);

CREATE TABLE "record_verification" (
    "id" UUID NOT NULL,
    "wantedById" UUID,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),
    "state" TEXT NOT NULL,
    "entries" INTEGER NOT NULL DEFAULT 0,
    "anchoredUpTo" INTEGER NOT NULL DEFAULT 0,
    "brokenAt" TEXT,
    "why" TEXT,
    CONSTRAINT "record_verification_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "record_verification_startedAt_idx" ON "record_verification"("startedAt" DESC);
-- One at a time: whoever asks while one runs sees that one.
CREATE UNIQUE INDEX record_verification_one_running ON record_verification (state) WHERE state = 'running';
