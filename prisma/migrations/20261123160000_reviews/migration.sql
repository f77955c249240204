-- Whom an access review took a profile from, whatever groups they are in.
ALTER TABLE "access_profile" ADD COLUMN "excludedPersonIds" UUID[] NOT NULL DEFAULT '{}';

CREATE TABLE "access_review" (
    "id" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "openedById" UUID NOT NULL,
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "closedById" UUID,
    "closedAt" TIMESTAMPTZ(3),
    CONSTRAINT "access_review_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "access_review_openedById_fkey" FOREIGN KEY ("openedById") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "access_review_closedById_fkey" FOREIGN KEY ("closedById") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX "access_review_state_dueAt_idx" ON "access_review"("state", "dueAt");

CREATE TABLE "review_line" (
    "id" UUID NOT NULL,
    "reviewId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "profileId" TEXT NOT NULL,
    "reviewerId" UUID NOT NULL,
    "groups" TEXT[] NOT NULL,
    "lastUsedAt" TIMESTAMPTZ(3),
    "grants" INTEGER NOT NULL,
    "findings" INTEGER NOT NULL,
    "decision" TEXT,
    "reason" TEXT,
    "decidedById" UUID,
    "decidedAt" TIMESTAMPTZ(3),
    CONSTRAINT "review_line_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "review_line_reviewId_fkey" FOREIGN KEY ("reviewId") REFERENCES "access_review"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "review_line_personId_fkey" FOREIGN KEY ("personId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "review_line_profileId_fkey" FOREIGN KEY ("profileId") REFERENCES "access_profile"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "review_line_reviewerId_fkey" FOREIGN KEY ("reviewerId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "review_line_decidedById_fkey" FOREIGN KEY ("decidedById") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT review_line_decided_with_person CHECK (decision IS NULL OR ("decidedById" IS NOT NULL AND decision IN ('keep', 'remove')))
);
CREATE UNIQUE INDEX "review_line_reviewId_personId_profileId_key" ON "review_line"("reviewId", "personId", "profileId");
CREATE INDEX "review_line_reviewerId_decision_idx" ON "review_line"("reviewerId", "decision");
