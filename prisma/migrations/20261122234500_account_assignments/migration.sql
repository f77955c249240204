-- Who is assigned a permission set in an account, shared by all grants that need it.
CREATE TYPE "AssignmentState" AS ENUM ('absent', 'creating', 'present', 'removing');

CREATE TABLE "account_assignment" (
    "id" UUID NOT NULL,
    "accountId" TEXT NOT NULL,
    "permissionSetArn" TEXT NOT NULL,
    "permissionSetName" TEXT NOT NULL,
    "principalType" TEXT NOT NULL,
    "principalId" TEXT NOT NULL,
    "sessionMinutes" INTEGER NOT NULL,
    "state" "AssignmentState" NOT NULL DEFAULT 'absent',
    "foreign" BOOLEAN NOT NULL DEFAULT false,
    "asked" BOOLEAN NOT NULL DEFAULT false,
    "requestId" TEXT,
    "slot" INTEGER,
    "version" INTEGER NOT NULL DEFAULT 0,
    "claimedUntil" TIMESTAMPTZ(3),
    "dueAt" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "failureCode" TEXT,
    "failureMessage" TEXT,

    CONSTRAINT "account_assignment_pkey" PRIMARY KEY ("id"),
    CONSTRAINT account_assignment_operation CHECK ("requestId" IS NULL OR state IN ('creating', 'removing')),
    CONSTRAINT account_assignment_foreign CHECK (NOT "foreign" OR (state = 'present' AND NOT "asked")),
    -- AWS allows ten operations under way; each holds one place from before it is asked for until it is over.
    CONSTRAINT account_assignment_slot CHECK ("slot" BETWEEN 1 AND 10)
);
CREATE UNIQUE INDEX "account_assignment_slot_key" ON "account_assignment"("slot");
CREATE UNIQUE INDEX "account_assignment_accountId_permissionSetArn_principalType_key" ON "account_assignment"("accountId", "permissionSetArn", "principalType", "principalId");
CREATE INDEX "account_assignment_dueAt_idx" ON "account_assignment"("dueAt");

-- What came of a grant's assignment in AWS, each fact with its time.
CREATE TABLE "assignment_need" (
    "grantId" UUID NOT NULL,
    "assignmentId" UUID NOT NULL,
    "openedAt" TIMESTAMPTZ(3),
    "releasedAt" TIMESTAMPTZ(3),
    "closedAt" TIMESTAMPTZ(3),
    "lastSessionDiesAt" TIMESTAMPTZ(3),
    "sharedWithId" UUID,

    CONSTRAINT "assignment_need_pkey" PRIMARY KEY ("grantId"),
    CONSTRAINT assignment_need_closed_after_release CHECK ("closedAt" IS NULL OR "releasedAt" IS NOT NULL)
);
CREATE INDEX "assignment_need_assignmentId_closedAt_idx" ON "assignment_need"("assignmentId", "closedAt");
ALTER TABLE "assignment_need" ADD CONSTRAINT "assignment_need_grantId_fkey" FOREIGN KEY ("grantId") REFERENCES "grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "assignment_need" ADD CONSTRAINT "assignment_need_sharedWithId_fkey" FOREIGN KEY ("sharedWithId") REFERENCES "grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "assignment_need" ADD CONSTRAINT "assignment_need_assignmentId_fkey" FOREIGN KEY ("assignmentId") REFERENCES "account_assignment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Obligations are closed, never deleted.
REVOKE DELETE, TRUNCATE ON "account_assignment", "assignment_need" FROM latchkey_app;
