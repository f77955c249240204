-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "RequestState" AS ENUM ('pending', 'approved', 'denied', 'cancelled', 'lapsed');

-- CreateEnum
CREATE TYPE "Verdict" AS ENUM ('approve', 'deny');

-- CreateEnum
CREATE TYPE "GrantState" AS ENUM ('scheduled', 'activating', 'active', 'ending', 'ended', 'failed');

-- CreateEnum
CREATE TYPE "GrantEndReason" AS ENUM ('expired', 'relinquished', 'revoked');

-- CreateEnum
CREATE TYPE "LeaseState" AS ENUM ('minting', 'minted', 'refused', 'unknown');

-- CreateEnum
CREATE TYPE "LeasePurpose" AS ENUM ('reveal', 'console', 'probe');

-- CreateEnum
CREATE TYPE "FindingState" AS ENUM ('open', 'acknowledged', 'closed');

-- CreateTable
CREATE TABLE "person" (
    "id" UUID NOT NULL,
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "displayName" TEXT NOT NULL,
    "email" TEXT,
    "username" TEXT NOT NULL,
    "lastKnownGroups" TEXT[],
    "disabledAt" TIMESTAMPTZ(3),
    "firstSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "lastSignedInAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "person_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in" (
    "id" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "providerSessionId" TEXT,
    "groups" TEXT[],
    "groupsVerifiedAt" TIMESTAMPTZ(3) NOT NULL,
    "refreshAttemptedAt" TIMESTAMPTZ(3),
    "refreshTokenCipher" BYTEA,
    "accessTokenCipher" BYTEA,
    "idTokenCipher" BYTEA,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "lastSeenAt" TIMESTAMPTZ(3) NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "revokedAt" TIMESTAMPTZ(3),
    "revokedReason" TEXT,

    CONSTRAINT "sign_in_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "used_token" (
    "id" TEXT NOT NULL,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "used_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "offered" BOOLEAN NOT NULL,

    CONSTRAINT "account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "access_profile" (
    "id" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "useCase" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "riskTier" TEXT NOT NULL,
    "requesterGroups" TEXT[],
    "approverGroups" TEXT[],
    "searchText" TEXT NOT NULL,
    "definition" JSONB NOT NULL,
    "definitionHash" TEXT NOT NULL,
    "offered" BOOLEAN NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "access_profile_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "role_snapshot" (
    "roleArn" TEXT NOT NULL,
    "readAt" TIMESTAMPTZ(3) NOT NULL,
    "digest" TEXT NOT NULL,
    "document" JSONB NOT NULL,
    "drift" JSONB NOT NULL,

    CONSTRAINT "role_snapshot_pkey" PRIMARY KEY ("roleArn")
);

-- CreateTable
CREATE TABLE "request" (
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "personId" UUID NOT NULL,
    "profileId" TEXT NOT NULL,
    "justification" TEXT NOT NULL,
    "ticketReference" TEXT,
    "durationMinutes" INTEGER NOT NULL,
    "state" "RequestState" NOT NULL DEFAULT 'pending',
    "version" INTEGER NOT NULL DEFAULT 0,
    "riskTier" TEXT NOT NULL,
    "riskOrder" INTEGER NOT NULL,
    "approvalPolicy" JSONB NOT NULL,
    "approverGroups" TEXT[],
    "roleDigest" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "lapsesAt" TIMESTAMPTZ(3) NOT NULL,
    "settledAt" TIMESTAMPTZ(3),

    CONSTRAINT "request_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "decision" (
    "id" UUID NOT NULL,
    "requestId" UUID NOT NULL,
    "stepIndex" INTEGER NOT NULL,
    "personId" UUID NOT NULL,
    "verdict" "Verdict" NOT NULL,
    "reason" TEXT,
    "entitledBy" TEXT NOT NULL,
    "roleDigest" TEXT,
    "decidedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "grant" (
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "requestId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "profileId" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "roleArn" TEXT NOT NULL,
    "sessionName" TEXT NOT NULL,
    "state" "GrantState" NOT NULL DEFAULT 'scheduled',
    "version" INTEGER NOT NULL DEFAULT 0,
    "durationMinutes" INTEGER NOT NULL,
    "opensAt" TIMESTAMPTZ(3) NOT NULL,
    "endsAt" TIMESTAMPTZ(3),
    "activatedAt" TIMESTAMPTZ(3),
    "confirmation" TEXT,
    "roleDigest" TEXT,
    "roleId" TEXT,
    "endReason" "GrantEndReason",
    "endNote" TEXT,
    "endedById" UUID,
    "mintingStoppedAt" TIMESTAMPTZ(3),
    "credentialsDeadAt" TIMESTAMPTZ(3),
    "failureCode" TEXT,
    "failureMessage" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "grant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lease" (
    "id" UUID NOT NULL,
    "grantId" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "purpose" "LeasePurpose" NOT NULL,
    "state" "LeaseState" NOT NULL DEFAULT 'minting',
    "accessKeyId" TEXT,
    "durationSeconds" INTEGER NOT NULL,
    "requestedAt" TIMESTAMPTZ(3) NOT NULL,
    "mayLiveUntil" TIMESTAMPTZ(3) NOT NULL,
    "issuedAt" TIMESTAMPTZ(3),
    "expiresAt" TIMESTAMPTZ(3),
    "errorCode" TEXT,

    CONSTRAINT "lease_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "trail_watch" (
    "grantId" UUID NOT NULL,
    "region" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "cursorAt" TIMESTAMPTZ(3) NOT NULL,
    "nextPollAt" TIMESTAMPTZ(3) NOT NULL,
    "watchUntil" TIMESTAMPTZ(3) NOT NULL,
    "lastPolledAt" TIMESTAMPTZ(3),
    "lastFoundAt" TIMESTAMPTZ(3),
    "lastEventAt" TIMESTAMPTZ(3),
    "questionFrom" TIMESTAMPTZ(3),
    "questionTo" TIMESTAMPTZ(3),
    "nextToken" TEXT,
    "pagesRead" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "trail_watch_pkey" PRIMARY KEY ("grantId","region")
);

-- CreateTable
CREATE TABLE "trail_event" (
    "accountId" TEXT NOT NULL,
    "eventId" TEXT NOT NULL,
    "grantId" UUID NOT NULL,
    "sessionId" UUID,
    "eventTime" TIMESTAMPTZ(3) NOT NULL,
    "eventSource" TEXT NOT NULL,
    "eventName" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "sourceIp" TEXT,
    "userAgent" TEXT,
    "accessKeyId" TEXT,
    "errorCode" TEXT,
    "readOnly" BOOLEAN NOT NULL,
    "body" JSONB NOT NULL,
    "ingestedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "trail_event_pkey" PRIMARY KEY ("accountId","eventId")
);

-- CreateTable
CREATE TABLE "session" (
    "id" UUID NOT NULL,
    "accountId" TEXT NOT NULL,
    "principalId" TEXT NOT NULL,
    "sessionStartedAt" TIMESTAMPTZ(3) NOT NULL,
    "grantId" UUID NOT NULL,
    "roleArn" TEXT NOT NULL,
    "firstEventAt" TIMESTAMPTZ(3) NOT NULL,
    "lastEventAt" TIMESTAMPTZ(3) NOT NULL,
    "eventCount" INTEGER NOT NULL,
    "changeCount" INTEGER NOT NULL,
    "deniedCount" INTEGER NOT NULL,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "finding" (
    "id" UUID NOT NULL,
    "dedupeKey" TEXT NOT NULL,
    "detector" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "severityOrder" INTEGER NOT NULL,
    "state" "FindingState" NOT NULL DEFAULT 'open',
    "title" TEXT NOT NULL,
    "summary" TEXT NOT NULL,
    "accountId" TEXT NOT NULL,
    "grantId" UUID,
    "firstEventAt" TIMESTAMPTZ(3) NOT NULL,
    "lastEventAt" TIMESTAMPTZ(3) NOT NULL,
    "eventCount" INTEGER NOT NULL,
    "evidence" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,
    "triagedById" UUID,
    "triagedAt" TIMESTAMPTZ(3),
    "closedReason" TEXT,

    CONSTRAINT "finding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "record_entry" (
    "id" UUID NOT NULL,
    "occurredAt" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "actorId" UUID,
    "subjectId" TEXT,
    "grantId" UUID,
    "requestId" UUID,
    "body" BYTEA NOT NULL,

    CONSTRAINT "record_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "record_commitment" (
    "entryId" UUID NOT NULL,
    "field" TEXT NOT NULL,
    "salt" BYTEA NOT NULL,
    "value" TEXT NOT NULL,

    CONSTRAINT "record_commitment_pkey" PRIMARY KEY ("entryId","field")
);

-- CreateTable
CREATE TABLE "record_pending" (
    "entryId" UUID NOT NULL,

    CONSTRAINT "record_pending_pkey" PRIMARY KEY ("entryId")
);

-- CreateTable
CREATE TABLE "record_seal" (
    "sequence" BIGINT NOT NULL,
    "entryId" UUID NOT NULL,
    "previousHash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,
    "sealedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "record_seal_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "record_checkpoint" (
    "sequence" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,
    "signedAt" TIMESTAMPTZ(3) NOT NULL,
    "keyId" TEXT NOT NULL,
    "signature" BYTEA NOT NULL,

    CONSTRAINT "record_checkpoint_pkey" PRIMARY KEY ("sequence")
);

-- CreateTable
CREATE TABLE "heartbeat" (
    "component" TEXT NOT NULL,
    "lastSuccessAt" TIMESTAMPTZ(3),
    "lastFailureAt" TIMESTAMPTZ(3),
    "message" TEXT,

    CONSTRAINT "heartbeat_pkey" PRIMARY KEY ("component")
);

-- CreateTable
CREATE TABLE "rate_budget" (
    "key" TEXT NOT NULL,
    "tokens" DOUBLE PRECISION NOT NULL,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rate_budget_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE INDEX "person_lastKnownGroups_idx" ON "person" USING GIN ("lastKnownGroups");

-- CreateIndex
CREATE UNIQUE INDEX "person_issuer_subject_key" ON "person"("issuer", "subject");

-- CreateIndex
CREATE INDEX "sign_in_personId_createdAt_idx" ON "sign_in"("personId", "createdAt");

-- CreateIndex
CREATE INDEX "sign_in_providerSessionId_idx" ON "sign_in"("providerSessionId");

-- CreateIndex
CREATE INDEX "access_profile_offered_title_id_idx" ON "access_profile"("offered", "title", "id");

-- CreateIndex
CREATE INDEX "access_profile_requesterGroups_idx" ON "access_profile" USING GIN ("requesterGroups");

-- CreateIndex
CREATE INDEX "access_profile_approverGroups_idx" ON "access_profile" USING GIN ("approverGroups");

-- CreateIndex
CREATE UNIQUE INDEX "request_code_key" ON "request"("code");

-- CreateIndex
CREATE INDEX "request_personId_createdAt_idx" ON "request"("personId", "createdAt" DESC);

-- CreateIndex
CREATE INDEX "request_state_riskOrder_createdAt_id_idx" ON "request"("state", "riskOrder" DESC, "createdAt", "id");

-- CreateIndex
CREATE INDEX "request_profileId_settledAt_idx" ON "request"("profileId", "settledAt");

-- CreateIndex
CREATE INDEX "request_approverGroups_idx" ON "request" USING GIN ("approverGroups");

-- CreateIndex
CREATE INDEX "decision_personId_decidedAt_idx" ON "decision"("personId", "decidedAt");

-- CreateIndex
CREATE UNIQUE INDEX "decision_requestId_stepIndex_personId_key" ON "decision"("requestId", "stepIndex", "personId");

-- CreateIndex
CREATE UNIQUE INDEX "grant_code_key" ON "grant"("code");

-- CreateIndex
CREATE UNIQUE INDEX "grant_requestId_key" ON "grant"("requestId");

-- CreateIndex
CREATE UNIQUE INDEX "grant_sessionName_key" ON "grant"("sessionName");

-- CreateIndex
CREATE INDEX "grant_state_endsAt_idx" ON "grant"("state", "endsAt");

-- CreateIndex
CREATE INDEX "grant_personId_state_idx" ON "grant"("personId", "state");

-- CreateIndex
CREATE INDEX "grant_createdAt_idx" ON "grant"("createdAt" DESC);

-- CreateIndex
CREATE INDEX "lease_grantId_requestedAt_idx" ON "lease"("grantId", "requestedAt");

-- CreateIndex
CREATE INDEX "lease_state_requestedAt_idx" ON "lease"("state", "requestedAt");

-- CreateIndex
CREATE INDEX "lease_accessKeyId_idx" ON "lease"("accessKeyId");

-- CreateIndex
CREATE INDEX "trail_watch_nextPollAt_idx" ON "trail_watch"("nextPollAt");

-- CreateIndex
CREATE INDEX "trail_event_grantId_eventTime_idx" ON "trail_event"("grantId", "eventTime");

-- CreateIndex
CREATE INDEX "trail_event_sessionId_eventTime_idx" ON "trail_event"("sessionId", "eventTime");

-- CreateIndex
CREATE INDEX "session_grantId_idx" ON "session"("grantId");

-- CreateIndex
CREATE INDEX "session_lastEventAt_idx" ON "session"("lastEventAt");

-- CreateIndex
CREATE UNIQUE INDEX "session_accountId_principalId_sessionStartedAt_key" ON "session"("accountId", "principalId", "sessionStartedAt");

-- CreateIndex
CREATE UNIQUE INDEX "finding_dedupeKey_key" ON "finding"("dedupeKey");

-- CreateIndex
CREATE INDEX "finding_state_severityOrder_lastEventAt_id_idx" ON "finding"("state", "severityOrder" DESC, "lastEventAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "finding_lastEventAt_idx" ON "finding"("lastEventAt" DESC);

-- CreateIndex
CREATE INDEX "finding_grantId_idx" ON "finding"("grantId");

-- CreateIndex
CREATE INDEX "record_entry_occurredAt_id_idx" ON "record_entry"("occurredAt" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "record_entry_kind_occurredAt_idx" ON "record_entry"("kind", "occurredAt" DESC);

-- CreateIndex
CREATE INDEX "record_entry_actorId_occurredAt_idx" ON "record_entry"("actorId", "occurredAt" DESC);

-- CreateIndex
CREATE INDEX "record_entry_requestId_idx" ON "record_entry"("requestId");

-- CreateIndex
CREATE UNIQUE INDEX "record_seal_entryId_key" ON "record_seal"("entryId");

-- AddForeignKey
ALTER TABLE "sign_in" ADD CONSTRAINT "sign_in_personId_fkey" FOREIGN KEY ("personId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "access_profile" ADD CONSTRAINT "access_profile_accountId_fkey" FOREIGN KEY ("accountId") REFERENCES "account"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "request" ADD CONSTRAINT "request_personId_fkey" FOREIGN KEY ("personId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "request" ADD CONSTRAINT "request_profileId_fkey" FOREIGN KEY ("profileId") REFERENCES "access_profile"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision" ADD CONSTRAINT "decision_requestId_fkey" FOREIGN KEY ("requestId") REFERENCES "request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "decision" ADD CONSTRAINT "decision_personId_fkey" FOREIGN KEY ("personId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "grant" ADD CONSTRAINT "grant_requestId_fkey" FOREIGN KEY ("requestId") REFERENCES "request"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "grant" ADD CONSTRAINT "grant_personId_fkey" FOREIGN KEY ("personId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "grant" ADD CONSTRAINT "grant_endedById_fkey" FOREIGN KEY ("endedById") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "grant" ADD CONSTRAINT "grant_profileId_fkey" FOREIGN KEY ("profileId") REFERENCES "access_profile"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lease" ADD CONSTRAINT "lease_grantId_fkey" FOREIGN KEY ("grantId") REFERENCES "grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lease" ADD CONSTRAINT "lease_personId_fkey" FOREIGN KEY ("personId") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trail_watch" ADD CONSTRAINT "trail_watch_grantId_fkey" FOREIGN KEY ("grantId") REFERENCES "grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "trail_event" ADD CONSTRAINT "trail_event_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "session"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_grantId_fkey" FOREIGN KEY ("grantId") REFERENCES "grant"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "finding" ADD CONSTRAINT "finding_grantId_fkey" FOREIGN KEY ("grantId") REFERENCES "grant"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "finding" ADD CONSTRAINT "finding_triagedById_fkey" FOREIGN KEY ("triagedById") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "record_commitment" ADD CONSTRAINT "record_commitment_entryId_fkey" FOREIGN KEY ("entryId") REFERENCES "record_entry"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "record_seal" ADD CONSTRAINT "record_seal_entryId_fkey" FOREIGN KEY ("entryId") REFERENCES "record_entry"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
