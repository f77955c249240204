-- How far CloudTrail was asked for uses of an account's emergency role, a row a Region.
CREATE TABLE "emergency_watch" (
    "accountId" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "roleArn" TEXT NOT NULL,
    "cursorAt" TIMESTAMPTZ(3) NOT NULL,
    "nextPollAt" TIMESTAMPTZ(3) NOT NULL,
    "questionFrom" TIMESTAMPTZ(3),
    "questionTo" TIMESTAMPTZ(3),
    "nextToken" TEXT,

    CONSTRAINT "emergency_watch_pkey" PRIMARY KEY ("accountId", "region")
);
