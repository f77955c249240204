-- Whom an access review took the right to decide from, whatever groups they are in.
ALTER TABLE "access_profile" ADD COLUMN "excludedApproverIds" UUID[] NOT NULL DEFAULT '{}';

-- What a review is about: who may ask (access), who may decide (approvers), what AWS has that no grant explains (standing).
ALTER TABLE "access_review" ADD COLUMN "about" TEXT NOT NULL DEFAULT 'access';
ALTER TABLE "access_review" ADD CONSTRAINT access_review_about CHECK ("about" IN ('access', 'approvers', 'standing'));

ALTER TABLE "review_line" RENAME COLUMN "grants" TO "uses";
ALTER TABLE "review_line" ALTER COLUMN "personId" DROP NOT NULL;
ALTER TABLE "review_line" ALTER COLUMN "profileId" DROP NOT NULL;
ALTER TABLE "review_line" ADD COLUMN "outsideKey" TEXT REFERENCES "outside_record"("key") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "review_line" ADD CONSTRAINT review_line_about_one_thing CHECK (("personId" IS NOT NULL) = ("profileId" IS NOT NULL) AND ("personId" IS NULL) = ("outsideKey" IS NOT NULL));

-- The order lines are shown in, given when the review is opened.
ALTER TABLE "review_line" ADD COLUMN "position" INTEGER;
UPDATE "review_line" line SET "position" = numbered.position
FROM (SELECT id, row_number() OVER (PARTITION BY "reviewId" ORDER BY "profileId", "personId", id)::int AS position FROM "review_line") numbered WHERE numbered.id = line.id;
ALTER TABLE "review_line" ALTER COLUMN "position" SET NOT NULL;
CREATE UNIQUE INDEX "review_line_reviewId_position_key" ON "review_line"("reviewId", "position");
CREATE UNIQUE INDEX "review_line_reviewId_outsideKey_key" ON "review_line"("reviewId", "outsideKey");
