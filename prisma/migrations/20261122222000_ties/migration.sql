-- Whom the provider says somebody reports to: a subject of the same issuer, who may not have signed in yet.
ALTER TABLE "person" ADD COLUMN "managerReference" TEXT;
CREATE INDEX "person_issuer_managerReference_idx" ON "person"("issuer", "managerReference");
