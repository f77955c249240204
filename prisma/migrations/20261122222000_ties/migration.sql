-- Whom the provider says somebody reports to: a subject of the same issuer, who may not have signed in yet.
ALTER TABLE "person" ADD COLUMN "managerReference" TEXT;
CREATE INDEX "person_issuer_managerReference_idx" ON "person"("issuer", "managerReference");

-- Set when somebody lost a group, until it was looked at which access of theirs ends for it.
ALTER TABLE "person" ADD COLUMN "groupsLostAt" TIMESTAMPTZ(3);
CREATE INDEX "person_groupsLostAt_idx" ON "person"("groupsLostAt") WHERE "groupsLostAt" IS NOT NULL;
