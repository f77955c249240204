-- What the identity provider said of a sign-in: its own name for the person, when and how they proved who they are.
ALTER TABLE "sign_in" ADD COLUMN "providerSubject" TEXT,
                      ADD COLUMN "authenticatedAt" TIMESTAMPTZ(3),
                      ADD COLUMN "acr" TEXT;

-- The one-time path to the first admin: at most one row.
CREATE TABLE "first_admin" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "personId" UUID,
    "claimedAt" TIMESTAMPTZ(3),
    "closedAt" TIMESTAMPTZ(3),

    CONSTRAINT "first_admin_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "first_admin_personId_key" ON "first_admin"("personId");
ALTER TABLE "first_admin" ADD CONSTRAINT "first_admin_personId_fkey" FOREIGN KEY ("personId") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "first_admin" ADD CONSTRAINT first_admin_only_one CHECK (id = 1);
ALTER TABLE "first_admin" ADD CONSTRAINT first_admin_used_or_closed CHECK ("claimedAt" IS NOT NULL OR "closedAt" IS NOT NULL);

-- What was used or closed stays so, whoever asks: nothing reopens the path, and the application cannot delete the row.
REVOKE DELETE, TRUNCATE ON "first_admin" FROM latchkey_app;
CREATE FUNCTION refuse_reopened_path() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD."closedAt" IS NOT NULL AND NEW."closedAt" IS DISTINCT FROM OLD."closedAt")
     OR (NEW."claimedAt" IS DISTINCT FROM OLD."claimedAt") OR (NEW."personId" IS NOT NULL AND NEW."personId" IS DISTINCT FROM OLD."personId") THEN
    RAISE EXCEPTION 'the path to the first admin is used once' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER first_admin_once BEFORE UPDATE ON "first_admin" FOR EACH ROW EXECUTE FUNCTION refuse_reopened_path();
