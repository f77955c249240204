-- What must be told to whom, written in the transaction of what happened.
CREATE TABLE "outbox_message" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "requestId" UUID,
    "grantId" UUID,
    "findingId" UUID,
    "personIds" UUID[],
    "groups" TEXT[],
    "roles" TEXT[],
    "notToIds" UUID[],
    "facts" JSONB NOT NULL,
    "onceKey" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "spreadAt" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_message_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "outbox_message_onceKey_key" ON "outbox_message"("onceKey");
CREATE INDEX outbox_message_waiting ON "outbox_message" ("createdAt", id) WHERE "spreadAt" IS NULL;
ALTER TABLE "outbox_message" ADD CONSTRAINT "outbox_message_requestId_fkey" FOREIGN KEY ("requestId") REFERENCES "request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "outbox_message" ADD CONSTRAINT "outbox_message_grantId_fkey" FOREIGN KEY ("grantId") REFERENCES "grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "outbox_message" ADD CONSTRAINT "outbox_message_findingId_fkey" FOREIGN KEY ("findingId") REFERENCES "finding"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TYPE "MailState" AS ENUM ('queued', 'sending', 'sent', 'failed', 'skipped');

-- One mail to one person.
CREATE TABLE "mail_delivery" (
    "id" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "digest" BOOLEAN NOT NULL,
    "state" "MailState" NOT NULL DEFAULT 'queued',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "nextTryAt" TIMESTAMPTZ(3) NOT NULL,
    "claimedUntil" TIMESTAMPTZ(3),
    "sentAt" TIMESTAMPTZ(3),
    "failedAt" TIMESTAMPTZ(3),
    "failure" TEXT,

    CONSTRAINT "mail_delivery_pkey" PRIMARY KEY ("id"),
    CONSTRAINT mail_delivery_claimed CHECK (state <> 'sending' OR "claimedUntil" IS NOT NULL),
    CONSTRAINT mail_delivery_sent CHECK ((state = 'sent') = ("sentAt" IS NOT NULL))
);
-- A person has one digest that is being collected.
CREATE UNIQUE INDEX mail_delivery_collecting ON "mail_delivery" ("personId") WHERE digest AND state = 'queued' AND attempts = 0;
CREATE INDEX mail_delivery_due ON "mail_delivery" ("nextTryAt") WHERE state IN ('queued', 'sending');
CREATE INDEX "mail_delivery_state_failedAt_idx" ON "mail_delivery"("state", "failedAt");
ALTER TABLE "mail_delivery" ADD CONSTRAINT "mail_delivery_personId_fkey" FOREIGN KEY ("personId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- One message for one person.
CREATE TABLE "notification" (
    "id" UUID NOT NULL,
    "messageId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "readAt" TIMESTAMPTZ(3),
    "mailId" UUID,

    CONSTRAINT "notification_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "notification_messageId_personId_key" ON "notification"("messageId", "personId");
CREATE INDEX "notification_personId_createdAt_id_idx" ON "notification"("personId", "createdAt" DESC, "id" DESC);
CREATE INDEX notification_unread ON "notification" ("personId") WHERE "readAt" IS NULL;
CREATE INDEX "notification_mailId_idx" ON "notification"("mailId");
ALTER TABLE "notification" ADD CONSTRAINT "notification_messageId_fkey" FOREIGN KEY ("messageId") REFERENCES "outbox_message"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "notification" ADD CONSTRAINT "notification_personId_fkey" FOREIGN KEY ("personId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "notification" ADD CONSTRAINT "notification_mailId_fkey" FOREIGN KEY ("mailId") REFERENCES "mail_delivery"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TABLE "notification_preference" (
    "personId" UUID NOT NULL,
    "mail" BOOLEAN NOT NULL,
    "approvals" TEXT NOT NULL,
    "access" TEXT NOT NULL,
    "findings" TEXT NOT NULL,
    "digestEvery" TEXT NOT NULL,
    "quietFrom" INTEGER,
    "quietTo" INTEGER,
    "zone" TEXT NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "notification_preference_pkey" PRIMARY KEY ("personId"),
    CONSTRAINT notification_preference_quiet CHECK (("quietFrom" IS NULL) = ("quietTo" IS NULL) AND "quietFrom" BETWEEN 0 AND 1439 AND "quietTo" BETWEEN 0 AND 1439)
);
ALTER TABLE "notification_preference" ADD CONSTRAINT "notification_preference_personId_fkey" FOREIGN KEY ("personId") REFERENCES "person"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What was told is not untold, and what a message says is not rewritten.
REVOKE DELETE, TRUNCATE ON "outbox_message", "notification", "mail_delivery" FROM latchkey_app;
