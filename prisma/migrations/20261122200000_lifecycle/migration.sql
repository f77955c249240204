-- Who leads whom, from a claim of the provider, an admin or an imported file; and what a provider says two sign-ins share.
ALTER TABLE "person" ADD COLUMN "managerId" UUID,
                     ADD COLUMN "managerSource" TEXT,
                     ADD COLUMN "personClaim" TEXT;
ALTER TABLE "person" ADD CONSTRAINT "person_managerId_fkey" FOREIGN KEY ("managerId") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "person" ADD CONSTRAINT person_own_manager CHECK ("managerId" <> id);
CREATE INDEX "person_personClaim_idx" ON "person"("personClaim");
CREATE INDEX "person_managerId_idx" ON "person"("managerId");

-- Two sign-ins of one human being. It can only cause refusals.
CREATE TABLE "person_link" (
    "firstId" UUID NOT NULL,
    "secondId" UUID NOT NULL,
    "madeById" UUID NOT NULL,
    "madeAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "person_link_pkey" PRIMARY KEY ("firstId", "secondId"),
    CONSTRAINT person_link_order CHECK ("firstId" < "secondId")
);
CREATE INDEX "person_link_secondId_idx" ON "person_link"("secondId");
ALTER TABLE "person_link" ADD CONSTRAINT "person_link_firstId_fkey" FOREIGN KEY ("firstId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "person_link" ADD CONSTRAINT "person_link_secondId_fkey" FOREIGN KEY ("secondId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- For a period somebody decides in somebody else's right.
CREATE TABLE "delegation" (
    "id" UUID NOT NULL,
    "fromId" UUID NOT NULL,
    "toId" UUID NOT NULL,
    "startsAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),

    CONSTRAINT "delegation_pkey" PRIMARY KEY ("id"),
    CONSTRAINT delegation_other CHECK ("fromId" <> "toId"),
    CONSTRAINT delegation_period CHECK ("endsAt" > "startsAt")
);
CREATE INDEX "delegation_toId_endsAt_idx" ON "delegation"("toId", "endsAt");
CREATE INDEX "delegation_fromId_endsAt_idx" ON "delegation"("fromId", "endsAt");
ALTER TABLE "delegation" ADD CONSTRAINT "delegation_fromId_fkey" FOREIGN KEY ("fromId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "delegation" ADD CONSTRAINT "delegation_toId_fkey" FOREIGN KEY ("toId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "request" ADD COLUMN "startsAt" TIMESTAMPTZ(3),
                      ADD COLUMN "stepIndex" INTEGER NOT NULL DEFAULT 0,
                      ADD COLUMN "stepSince" TIMESTAMPTZ(3),
                      ADD COLUMN "approverIds" UUID[] NOT NULL DEFAULT '{}',
                      ADD COLUMN "risk" JSONB,
                      ADD COLUMN "shadow" JSONB,
                      ADD COLUMN "bundleId" UUID,
                      ADD COLUMN "extendsGrantId" UUID,
                      ADD COLUMN "incidentReference" TEXT;
UPDATE "request" SET "stepSince" = "createdAt";
-- The queue is ordered by risk score; requests from before it was assessed stand where their tier would.
UPDATE "request" SET "riskOrder" = "riskOrder" * 25;
ALTER TABLE "request" ALTER COLUMN "stepSince" SET NOT NULL;
CREATE INDEX "request_approverIds_idx" ON "request" USING GIN ("approverIds");
CREATE INDEX "request_bundleId_idx" ON "request"("bundleId");
ALTER TABLE "request" ADD CONSTRAINT "request_extendsGrantId_fkey" FOREIGN KEY ("extendsGrantId") REFERENCES "grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
DROP INDEX request_one_pending;
CREATE UNIQUE INDEX request_one_pending ON "request" ("personId", "profileId") WHERE state = 'pending' AND "extendsGrantId" IS NULL;
CREATE UNIQUE INDEX request_one_extension ON "request" ("extendsGrantId") WHERE state = 'pending';

ALTER TABLE "decision" ADD COLUMN "onBehalfOfId" UUID;
ALTER TABLE "decision" ADD CONSTRAINT "decision_onBehalfOfId_fkey" FOREIGN KEY ("onBehalfOfId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
-- A quorum counts distinct people, over all steps of a request.
DROP INDEX "decision_requestId_stepIndex_personId_key";
CREATE UNIQUE INDEX "decision_requestId_personId_key" ON "decision"("requestId", "personId");
CREATE UNIQUE INDEX decision_one_right ON "decision" ("requestId", "onBehalfOfId");

-- PRODUCT rule 1, under any identity or delegation.
CREATE OR REPLACE FUNCTION refuse_own_decision() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE requester UUID := (SELECT r."personId" FROM request r WHERE r.id = NEW."requestId");
BEGIN
  IF requester IN (NEW."personId", NEW."onBehalfOfId") OR EXISTS (
    SELECT FROM person_link l WHERE (l."firstId", l."secondId") IN ((requester, NEW."personId"), (NEW."personId", requester))
  ) OR EXISTS (
    SELECT FROM person a JOIN person b ON a."personClaim" = b."personClaim" WHERE a.id = requester AND b.id = NEW."personId"
  ) THEN
    RAISE EXCEPTION 'a person cannot decide their own request' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

-- What emergency access was used for is looked at afterwards, by somebody else, by a time.
CREATE TABLE "emergency_review" (
    "requestId" UUID NOT NULL,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,
    "reviewerGroups" TEXT[],
    "verdict" TEXT,
    "note" TEXT,
    "reviewedById" UUID,
    "reviewedAt" TIMESTAMPTZ(3),
    "overdueToldAt" TIMESTAMPTZ(3),

    CONSTRAINT "emergency_review_pkey" PRIMARY KEY ("requestId"),
    CONSTRAINT emergency_review_whole CHECK (("verdict" IS NULL) = ("reviewedAt" IS NULL) AND ("verdict" IS NULL) = ("reviewedById" IS NULL))
);
CREATE INDEX "emergency_review_reviewedAt_dueAt_idx" ON "emergency_review"("reviewedAt", "dueAt");
ALTER TABLE "emergency_review" ADD CONSTRAINT "emergency_review_requestId_fkey" FOREIGN KEY ("requestId") REFERENCES "request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "emergency_review" ADD CONSTRAINT "emergency_review_reviewedById_fkey" FOREIGN KEY ("reviewedById") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- PRODUCT rule 2: expiry moves later only by an approved request for exactly that, once, and by no more than it says.
ALTER TABLE "grant" ADD COLUMN "extensionRequestId" UUID;
CREATE UNIQUE INDEX "grant_extensionRequestId_key" ON "grant"("extensionRequestId");
ALTER TABLE "grant" ADD CONSTRAINT "grant_extensionRequestId_fkey" FOREIGN KEY ("extensionRequestId") REFERENCES "request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
CREATE OR REPLACE FUNCTION refuse_later_expiry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.state IN ('active', 'ending', 'ended') OR OLD."activatedAt" IS NOT NULL) AND (NEW."endsAt" IS NULL OR NEW."endsAt" > OLD."endsAt") THEN
    IF NEW."endsAt" IS NULL OR OLD.state <> 'active' OR NEW.state <> 'active' OR NEW."extensionRequestId" IS NOT DISTINCT FROM OLD."extensionRequestId" OR NOT EXISTS (
      SELECT FROM request r WHERE r.id = NEW."extensionRequestId" AND r."extendsGrantId" = OLD.id AND r.state = 'approved'
        AND r."settledAt" > COALESCE((SELECT used."settledAt" FROM request used WHERE used.id = OLD."extensionRequestId"), '-infinity')
        AND NEW."endsAt" <= OLD."endsAt" + r."durationMinutes" * interval '1 minute'
    ) THEN
      RAISE EXCEPTION 'expiry of grant % cannot move later', OLD.code USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  IF OLD."activatedAt" IS NOT NULL AND NEW."activatedAt" IS NULL THEN
    RAISE EXCEPTION 'grant % was active', OLD.code USING ERRCODE = 'check_violation';
  END IF;
  IF (OLD.state = 'ended' AND NEW.state <> 'ended') OR (OLD.state = 'ending' AND NEW.state NOT IN ('ending', 'ended')) THEN
    RAISE EXCEPTION 'grant % ended', OLD.code USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

-- Nothing that was decided is undone by deleting it.
REVOKE DELETE, TRUNCATE ON "delegation", "emergency_review", "decision" FROM latchkey_app;
